/** Stages, assignments and contacts of each cycle. Slots of cycle n are numbered from 100 n. */
export const stageEvents = /* sql */ `
create table stage_plan as
with entries as (
    select *, 0 as slot, 'mql' as stage, null::bigint as clock, mql_s as at_s from cycles where not skips_mql
    union all by name
    select *, 30 as slot, 'sal' as stage, decided_clock as clock from cycles
    where verdict = 'accepted' and not skips_sal
    union all by name
    select *, 31 as slot, 'sql' as stage, qualified_clock as clock from cycles where is_opportunity and not skips_sql
    union all by name
    select *, 32 as slot, 'proposal' as stage, proposed_clock as clock from cycles where has_proposal
    union all by name
    select *, 33 as slot, outcome as stage, closed_clock as clock from cycles
    where outcome in ('won', 'lost', 'disqualified')
    union all by name
    select *, 34 as slot, 'lead' as stage, closed_clock as clock from cycles where outcome = 'recycled'
)

select
    lead_no,
    cycle_no * 100 + slot as slot,
    stage,
    case when stage <> 'mql' then owner_id end as owner_id,
    case when stage <> 'mql' then team end as team,
    case
        when stage in ('lost', 'disqualified') then '{"reason":"' || reason || '"}'
        when stage = 'won' then
            '{"amount":' || amount || ',"currency":"' || case team when 'uk' then 'GBP' else 'EUR' end || '"}'
    end as properties,
    team as team_clock,
    clock,
    at_s,
    stage <> 'mql' as is_human
from entries;

insert into drafts by name
select
    *,
    'stage_entered' as type
from stage_plan;
`;

export const assignmentEvents = /* sql */ `
insert into drafts by name
select
    lead_no,
    cycle_no * 100 + 1 as slot,
    'owner_assigned' as type,
    owner_id,
    team,
    team as team_clock,
    case when assignment = 'manual' then mql_clock + assignment_delay_s end as clock,
    mql_s + draw_whole(key, 'routing', 20, 150) as at_s,
    assignment = 'manual' as is_human
from cycles
where assignment is not null;

-- A colleague takes over: within the week, or once the lead is accepted.
insert into drafts by name
select
    cycles.lead_no,
    cycles.cycle_no * 100 + 2 as slot,
    'owner_assigned' as type,
    owners.owner_id,
    cycles.team,
    cycles.team as team_clock,
    cycles.mql_clock + draw_whole(cycles.key, 'taken over', 3600, 140000) as clock,
    true as is_human
from cycles
inner join owners on
    cycles.team = owners.team
    and draw_whole(cycles.key, 'colleague', 0, 1) = owners.owner_no
where
    draw(cycles.key, 'reassigned') < 0.06
    and cycles.owner_id <> owners.owner_id;
`;

export const contactEvents = /* sql */ `
create table attempts as
with numbered as (
    select
        *,
        unnest(range(attempts)) as attempt
    from cycles
    where attempts > 0
)

select
    lead_no,
    key * 8 + attempt as key,
    cycle_no * 100 + 10 + attempt as slot,
    owner_id,
    team,
    case when attempt = 0 and is_answered_in_evening then mql_s + draw_whole(key, 'evening minute', 240, 2400) end
        as at_s,
    case when not (attempt = 0 and is_answered_in_evening) then
        responded_clock + attempt * case when is_diligent then 30000 else 44000 end
        + case when attempt = 0 then 0 else draw_whole(key * 8 + attempt, 'attempt', -7000, 7000) end
    end as clock,
    case
        when attempt % 3 = 2 then 'linkedin'
        when (attempt + draw_whole(key, 'first channel', 0, 1)) % 2 = 0 then 'phone'
        else 'email'
    end as channel,
    verdict = 'accepted' and attempt = attempts - 1 as is_last
from numbered;

insert into drafts by name
select
    lead_no,
    slot,
    'outreach' as type,
    owner_id,
    team,
    channel,
    '{"direction":"outbound","outcome":"' || case
        when channel <> 'phone' then 'sent'
        when is_last then 'connected'
        when draw(key, 'call') < 0.3 then 'voicemail'
        else 'no_answer'
    end || '","automated":false}' as properties,
    team as team_clock,
    clock,
    at_s,
    true as is_human
from attempts;

-- The receipt that marketing's tool sends at once; it answers nobody.
insert into drafts by name
select
    lead_no,
    cycle_no * 100 + 3 as slot,
    'outreach' as type,
    'email' as channel,
    '{"direction":"outbound","outcome":"sent","automated":true}' as properties,
    mql_s + draw_whole(key, 'receipt', 30, 240) as at_s,
    false as is_human
from cycles
where
    not skips_mql
    and draw(key, 'automated') < 0.6;

insert into drafts by name
select
    lead_no,
    slot + 10 as slot,
    'reply_received' as type,
    team,
    channel,
    team as team_clock,
    coalesce(clock, 0) + draw_whole(key, 'reply', 600, 15000) as clock,
    false as is_human
from attempts
where
    clock is not null
    and channel <> 'phone'
    and draw(key, 'replied') < case when is_last then 0.7 else 0.03 end;

-- Asked to wait soon after it qualified; nobody owes it an answer until it is back.
insert into drafts by name
with waiting as (
    select
        *,
        mql_clock + draw_whole(key, 'asks to wait after', 300, 9000) as paused_clock
    from cycles
    where draw(key, 'asks to wait') < 0.02
)

select
    lead_no,
    cycle_no * 100 + 70 as slot,
    'lead_paused' as type,
    team,
    team as team_clock,
    paused_clock as clock,
    true as is_human
from waiting
union all by name
select
    lead_no,
    cycle_no * 100 + 71 as slot,
    'lead_resumed' as type,
    team,
    team as team_clock,
    paused_clock + draw_whole(key, 'waits', 14400, 200000) as clock,
    true as is_human
from waiting;

-- The lead calls before anybody called it.
insert into drafts by name
select
    lead_no,
    cycle_no * 100 + 40 as slot,
    'outreach' as type,
    team,
    'phone' as channel,
    '{"direction":"inbound","outcome":"connected","automated":false}' as properties,
    team as team_clock,
    mql_clock + draw_whole(key, 'calls after', 300, 60000) as clock,
    true as is_human
from cycles
where draw(key, 'calls in') < 0.03;
`;
