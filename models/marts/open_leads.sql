-- Grain: lead_id and cycle_no, of open cycles to which something is owed. Whom to take care of next, and how.
with
    duties as (
        select * from int_open_duties
    ),
    -- A cycle stands on the furthest rung that was recorded, whatever was recorded after it.
    stages as (
        select
            cycles.lead_id,
            cycles.cycle_no,
            list_last(list_filter(
                [
                    struct_pack(stage := 'subscriber', entered_at := cycles.subscriber_at),
                    struct_pack(stage := 'lead', entered_at := cycles.lead_at),
                    struct_pack(stage := 'mql', entered_at := cycles.mql_at),
                    struct_pack(stage := 'sal', entered_at := cycles.sal_at),
                    struct_pack(stage := 'sql', entered_at := cycles.sql_at),
                    struct_pack(stage := 'meeting', entered_at := cycles.meeting_at),
                    struct_pack(stage := 'proposal', entered_at := cycles.proposal_at)
                ],
                lambda rung: rung.entered_at is not null
            )) as furthest
        from lead_cycles as cycles
        semi join duties on cycles.lead_id = duties.lead_id and cycles.cycle_no = duties.cycle_no
    ),
    terms as (
        select stage_terms.*
        from sla.stage_terms
        inner join sla.agreements on stage_terms.agreement = agreements.agreement
        inner join run.clock
            on clock.as_of >= agreements.effective_at
            and clock.as_of < coalesce(agreements.superseded_at, 'infinity'::timestamptz)
    ),
    scores as (
        select * from int_open_scores
    ),
    -- An owed decision or report is what it is, whatever the stage; how to reach a lead is the stage's own matter.
    actions as (
        select *
        from (
            values
                ('first_response', true, 'Contact the lead', 'Kontakt leadet'),
                ('follow_up', true, 'Follow up on the lead', 'Følg op på leadet'),
                ('acceptance', false, 'Accept or reject the lead', 'Acceptér eller afvis leadet'),
                ('meeting_outcome', false, 'Record what came of the meeting', 'Registrér mødets udfald')
        ) as actions(kind, is_up_to_stage, action_en, action_da)
    ),
    final as (
        select
            duties.lead_id,
            duties.cycle_no,
            duties.team,
            duties.owner_id,
            stages.furthest.stage as stage,
            stages.furthest.entered_at as stage_entered_at,
            duties.kind,
            duties.clause,
            duties.promise,
            duties.status,
            duties.due_at,
            duties.duties,
            coalesce(if(actions.is_up_to_stage, terms.next_action_en, null), actions.action_en) as next_action_en,
            coalesce(if(actions.is_up_to_stage, terms.next_action_da, null), actions.action_da) as next_action_da,
            scores.score,
            row_number() over (
                order by
                    scores.score desc nulls last,
                    duties.due_at asc nulls last,
                    duties.lead_id,
                    duties.cycle_no
            ) as rank
        from duties
        left join stages on duties.lead_id = stages.lead_id and duties.cycle_no = stages.cycle_no
        left join actions on duties.kind = actions.kind
        left join terms on stages.furthest.stage = terms.stage
        left join scores on duties.lead_id = scores.lead_id
    )
select * from final
