-- Grain: lead_id and cycle_no, of cycles under an agreement that gives points or names entry criteria. The score at the
-- MQL, and when the criteria were first met.
with
    -- Without such an agreement there are none, and nothing is looked at.
    agreements as (
        select
            agreements.agreement,
            agreements.effective_at,
            coalesce(agreements.superseded_at, 'infinity'::timestamptz) as superseded_at,
            criteria.agreement is not null as has_criteria,
            coalesce(criteria.needs_icp, false) as needs_icp,
            coalesce(criteria.score_at_least, '-infinity'::double) as score_at_least,
            points.agreement is not null as has_score,
            coalesce(points.can_lose, false) as can_lose
        from sla.agreements
        left join sla.criteria on agreements.agreement = criteria.agreement
        left join (
            select agreement, bool_or(can_lose) as can_lose
            from (
                select agreement, false as can_lose from sla.score_fit
                union all
                select agreement, points < 0 as can_lose from sla.score_intent
            )
            group by agreement
        ) as points on agreements.agreement = points.agreement
        where criteria.agreement is not null or points.agreement is not null
    ),
    profiles as (
        select * from int_score_profiles
    ),
    fits as (
        select * from int_score_fits
    ),
    cycles as (
        select
            cycles.lead_id,
            cycles.cycle_no,
            cycles.mql_at,
            cycles.opened_at,
            coalesce(cycles.closed_at, 'infinity'::timestamptz) as closed_at
        from int_cycles as cycles
        cross join (select count(*) from agreements having count(*) > 0)
    ),
    heard as (
        select
            heard.lead_id,
            heard.cycle_no,
            heard.occurred_at,
            intent.action,
            -- Between such events a score only decays: criteria that are not met at one are not met before the next.
            intent.action is not null or attributes.attribute is not null as can_raise
        from int_cycle_looks as heard
        cross join (select count(*) from agreements having count(*) > 0)
        left join (select distinct action from sla.score_intent) as intent on heard.action = intent.action
        left join (select distinct attribute from int_score_tests) as attributes
            on heard.attribute = attributes.attribute
    ),
    activities as (
        -- The difference of two instants is many times slower than that of two numbers.
        select lead_id, action, epoch_us(occurred_at) as occurred_us from heard where action is not null
    ),
    -- More than all its activities together are worth a lead never has.
    ceilings as (
        select activities.lead_id, sum(worth.points) as points
        from activities
        inner join (
            select action, sum(greatest(points, 0)) as points from sla.score_intent group by action
        ) as worth on activities.action = worth.action
        group by activities.lead_id
    ),
    looks as (
        select heard.lead_id, heard.cycle_no, heard.occurred_at as seen_at, heard.can_raise
        from heard
        inner join cycles on heard.lead_id = cycles.lead_id and heard.cycle_no = cycles.cycle_no
        where heard.occurred_at <= cycles.closed_at
        union all
        select lead_id, cycle_no, opened_at as seen_at, false as can_raise
        from cycles
    ),
    agreed_looks as (
        select
            looks.lead_id,
            looks.cycle_no,
            agreements.agreement,
            looks.seen_at,
            looks.can_raise or agreements.can_lose as can_raise
        from looks
        inner join agreements on looks.seen_at >= agreements.effective_at and looks.seen_at < agreements.superseded_at
        where agreements.has_criteria
    ),
    instants as (
        select lead_id, cycle_no, agreement, seen_at, true as is_look
        from agreed_looks
        where can_raise
        union all
        select lead_id, cycle_no, agreement, min(seen_at) as seen_at, true as is_look
        from agreed_looks
        group by lead_id, cycle_no, agreement
        union all
        select cycles.lead_id, cycles.cycle_no, agreements.agreement, cycles.mql_at as seen_at, false as is_look
        from cycles
        inner join agreements on cycles.mql_at >= agreements.effective_at and cycles.mql_at < agreements.superseded_at
    ),
    fitted as (
        select distinct
            instants.lead_id,
            instants.cycle_no,
            instants.agreement,
            instants.seen_at,
            instants.is_look,
            coalesce(fits.points, 0) as points
        from instants
        inner join agreements on instants.agreement = agreements.agreement
        left join profiles
            on instants.lead_id = profiles.lead_id
            and instants.seen_at >= profiles.valid_from
            and instants.seen_at < profiles.valid_until
        left join fits on profiles.profile = fits.profile and instants.agreement = fits.agreement
        left join ceilings on instants.lead_id = ceilings.lead_id
        where not instants.is_look
            or (
                (fits.is_icp or not agreements.needs_icp)
                and round(coalesce(fits.points, 0) + coalesce(ceilings.points, 0), 6) >= agreements.score_at_least
            )
    ),
    intents as (
        select
            fitted.lead_id,
            fitted.cycle_no,
            fitted.seen_at,
            fitted.is_look,
            intent.rule,
            least(
                any_value(intent.at_most),
                sum(
                    intent.points
                    * (1 - (epoch_us(fitted.seen_at) - activities.occurred_us) / (intent.decays_over_days * 86_400_000_000))
                )
            ) as points
        from fitted
        inner join activities on fitted.lead_id = activities.lead_id
        inner join sla.score_intent as intent
            on fitted.agreement = intent.agreement and activities.action = intent.action
        where activities.occurred_us <= epoch_us(fitted.seen_at)
            and epoch_us(fitted.seen_at) - activities.occurred_us < intent.decays_over_days * 86_400_000_000
        group by fitted.lead_id, fitted.cycle_no, fitted.seen_at, fitted.is_look, intent.rule
    ),
    intent_totals as (
        select lead_id, cycle_no, seen_at, is_look, sum(points) as points
        from intents
        group by lead_id, cycle_no, seen_at, is_look
    ),
    scored as (
        select
            fitted.lead_id,
            fitted.cycle_no,
            fitted.agreement,
            fitted.seen_at,
            fitted.is_look,
            round(fitted.points + coalesce(intent_totals.points, 0), 6) as score
        from fitted
        left join intent_totals
            on fitted.lead_id = intent_totals.lead_id
            and fitted.cycle_no = intent_totals.cycle_no
            and fitted.seen_at = intent_totals.seen_at
            and fitted.is_look = intent_totals.is_look
    ),
    met as (
        select scored.lead_id, scored.cycle_no, min(scored.seen_at) as criteria_met_at
        from scored
        inner join agreements on scored.agreement = agreements.agreement
        where scored.is_look and scored.score >= agreements.score_at_least
        group by scored.lead_id, scored.cycle_no
    ),
    mql_intents as (
        select lead_id, cycle_no, list(rule order by rule) as rules
        from intents
        where not is_look
        group by lead_id, cycle_no
    ),
    -- A cycle without an MQL is judged by the agreement of its last look.
    last_looks as (
        select looks.lead_id, looks.cycle_no, max(looks.seen_at) as seen_at
        from looks
        inner join met on looks.lead_id = met.lead_id and looks.cycle_no = met.cycle_no
        group by looks.lead_id, looks.cycle_no
    ),
    final as (
        select
            cycles.lead_id,
            cycles.cycle_no,
            if(agreements.has_score, mqls.score, null) as score_at_mql,
            bands.band as score_band,
            mql_intents.rules as intent_rules_at_mql,
            met.criteria_met_at,
            case
                when agreements.has_criteria is distinct from true then null
                when cycles.mql_at is null then 'criteria_only'
                when met.criteria_met_at <= cycles.mql_at then 'agreed'
                else 'crm_only'
            end as criteria_verdict
        from cycles
        left join scored as mqls
            on cycles.lead_id = mqls.lead_id and cycles.cycle_no = mqls.cycle_no and not mqls.is_look
        left join met on cycles.lead_id = met.lead_id and cycles.cycle_no = met.cycle_no
        left join last_looks on cycles.lead_id = last_looks.lead_id and cycles.cycle_no = last_looks.cycle_no
        left join mql_intents on cycles.lead_id = mql_intents.lead_id and cycles.cycle_no = mql_intents.cycle_no
        left join agreements
            on coalesce(cycles.mql_at, last_looks.seen_at) >= agreements.effective_at
            and coalesce(cycles.mql_at, last_looks.seen_at) < agreements.superseded_at
        left join sla.score_bands as bands
            on agreements.agreement = bands.agreement
            and mqls.score >= coalesce(bands.from_points, '-infinity'::double)
            and mqls.score < coalesce(bands.until_points, 'infinity'::double)
        where mqls.lead_id is not null or met.lead_id is not null
    )
select * from final
