-- Grain: agreement, criterion and period. Of the MQLs of the last four quarters that are over, how many of those that meet
-- a criterion of their agreement went on to a meeting and to won, and how many of the others.
with
    quarter_ends as (
        select period_start as quarter, lag(ends_at) over (order by period_start) as starts_at, ends_at
        from sla.periods
        where grain = 'quarter'
    ),
    quarters as (
        select quarter_ends.quarter, quarter_ends.starts_at, quarter_ends.ends_at
        from quarter_ends
        cross join run.clock
        where quarter_ends.ends_at <= clock.as_of
        qualify row_number() over (order by quarter_ends.quarter desc) <= 4
    ),
    cycles as (
        select
            promises.lead_id,
            promises.cycle_no,
            promises.agreement,
            quarters.quarter,
            attributes.attributes,
            scores.score_band,
            scores.intent_rules_at_mql,
            cycles.meeting_reached_at is not null as has_meeting,
            cycles.won_at is not null as is_won
        from int_cycle_promises as promises
        inner join quarters on promises.mql_at >= quarters.starts_at and promises.mql_at < quarters.ends_at
        inner join int_cycles as cycles on promises.lead_id = cycles.lead_id and promises.cycle_no = cycles.cycle_no
        inner join int_cycle_attributes as attributes
            on promises.lead_id = attributes.lead_id and promises.cycle_no = attributes.cycle_no
        left join int_cycle_scores as scores
            on promises.lead_id = scores.lead_id and promises.cycle_no = scores.cycle_no
        where promises.agreement is not null and not promises.is_excluded
    ),
    -- Each ICP condition is looked at by itself, a fit rule as a whole.
    tests as (
        select
            conditions.agreement,
            if(conditions.rule = 'icp', 'icp/' || conditions.condition_no, conditions.rule) as criterion,
            conditions.condition_no,
            conditions.attribute,
            conditions.operator,
            conditions.number,
            list(conditions.value order by conditions.value) as options
        from sla.conditions
        left join sla.score_fit on conditions.agreement = score_fit.agreement and conditions.rule = score_fit.rule
        where conditions.rule = 'icp' or score_fit.rule is not null
        group by
            conditions.agreement,
            conditions.rule,
            conditions.condition_no,
            conditions.attribute,
            conditions.operator,
            conditions.number
    ),
    worded_tests as (
        select
            *,
            replace(attribute, '_', ' ') as subject,
            -- As the agreement's page says them.
            coalesce(
                case attribute
                    when 'source' then 'kilden'
                    when 'campaign' then 'kampagnen'
                    when 'country' then 'landet'
                    when 'company_size' then 'virksomhedens størrelse'
                    when 'industry' then 'branchen'
                    when 'lead_type' then 'leadtypen'
                    when 'phone' then 'telefonnummeret'
                    when 'email' then 'e-mailadressen'
                    when 'job_title' then 'stillingen'
                end,
                subject
            ) as subject_da,
            number::decimal(18, 4)::double::varchar as digits,
            array_to_string(options[:-2], ', ') as first_options,
            options[-1] as last_option
        from tests
    ),
    conditions_in_words as (
        select
            agreement,
            criterion,
            condition_no,
            subject || case operator
                when 'in' then ' is ' || if(first_options = '', '', first_options || ' or ') || last_option
                when 'at_least' then ' is at least ' || regexp_replace(digits, '\.0$', '')
                when 'at_most' then ' is at most ' || regexp_replace(digits, '\.0$', '')
                when 'filled' then ' is filled in'
            end as words_en,
            subject_da || case operator
                when 'in' then ' er ' || if(first_options = '', '', first_options || ' eller ') || last_option
                when 'at_least' then ' er mindst ' || replace(regexp_replace(digits, '\.0$', ''), '.', ',')
                when 'at_most' then ' er højst ' || replace(regexp_replace(digits, '\.0$', ''), '.', ',')
                when 'filled' then ' er udfyldt'
            end as words_da
        from worded_tests
    ),
    tested_criteria as (
        select
            agreement,
            criterion,
            split_part(criterion, '/', 1) as kind,
            split_part(criterion, '/', 2)::integer as criterion_no,
            count(*) as test_count,
            string_agg(words_en, ' and ' order by condition_no) as description_en,
            string_agg(words_da, ' og ' order by condition_no) as description_da
        from conditions_in_words
        group by agreement, criterion
    ),
    intents_in_words as (
        select
            agreement,
            rule,
            replace(action, '_', ' ') as subject,
            coalesce(
                case action
                    when 'content_download' then 'download af indhold'
                    when 'trial_started' then 'start af prøveperiode'
                    when 'pricing_page_view' then 'visning af prissiden'
                    when 'webinar_attended' then 'deltagelse i webinar'
                    when 'page_view' then 'sidevisning'
                    when 'event' then 'arrangement'
                end,
                subject
            ) as subject_da,
            regexp_replace(decays_over_days::varchar, '\.0$', '') as days
        from sla.score_intent
    ),
    bands_in_words as (
        select
            agreement,
            band_no,
            band,
            regexp_replace(from_points::varchar, '\.0$', '') as from_points,
            regexp_replace(until_points::varchar, '\.0$', '') as until_points
        from sla.score_bands
    ),
    criteria as (
        select agreement, criterion, kind, criterion_no, description_en, description_da
        from tested_criteria
        union all
        select
            agreement,
            rule as criterion,
            'intent' as kind,
            split_part(rule, '/', 2)::integer as criterion_no,
            subject || ' within ' || days || ' days before the MQL' as description_en,
            subject_da || ' inden for ' || days || ' dage før MQL' as description_da
        from intents_in_words
        union all
        select
            agreement,
            'band/' || band_no as criterion,
            'band' as kind,
            band_no as criterion_no,
            'score ' || band as description_en,
            'score ' || case
                when from_points is null then 'under ' || until_points
                when until_points is null then from_points || ' og derover'
                else from_points || '–' || until_points
            end as description_da
        from bands_in_words
    ),
    passed_tests as (
        select cycles.lead_id, cycles.cycle_no, tests.agreement, tests.criterion
        from cycles
        inner join tests on cycles.agreement = tests.agreement
        where case tests.operator
            when 'in' then list_contains(tests.options, cycles.attributes ->> tests.attribute)
            when 'at_least' then coalesce(isfinite(try_cast(cycles.attributes ->> tests.attribute as double)), false) and try_cast(cycles.attributes ->> tests.attribute as double) >= tests.number
            when 'at_most' then coalesce(isfinite(try_cast(cycles.attributes ->> tests.attribute as double)), false) and try_cast(cycles.attributes ->> tests.attribute as double) <= tests.number
            when 'filled' then (cycles.attributes ->> tests.attribute) <> ''
        end
    ),
    met as (
        select passed_tests.lead_id, passed_tests.cycle_no, passed_tests.criterion
        from passed_tests
        inner join tested_criteria
            on passed_tests.agreement = tested_criteria.agreement
            and passed_tests.criterion = tested_criteria.criterion
        group by
            passed_tests.lead_id,
            passed_tests.cycle_no,
            passed_tests.criterion,
            tested_criteria.test_count
        having count(*) = tested_criteria.test_count
        union all
        select lead_id, cycle_no, unnest(intent_rules_at_mql) as criterion
        from cycles
        union all
        select cycles.lead_id, cycles.cycle_no, 'band/' || bands.band_no as criterion
        from cycles
        inner join sla.score_bands as bands
            on cycles.agreement = bands.agreement and cycles.score_band = bands.band
    ),
    -- The quarters one by one, and all together.
    totals as (
        select
            agreement,
            quarter,
            count(*) as cycles,
            count(*) filter (where has_meeting) as meetings,
            count(*) filter (where is_won) as won
        from cycles
        group by grouping sets ((agreement, quarter), (agreement))
    ),
    met_counts as (
        select
            cycles.agreement,
            met.criterion,
            cycles.quarter,
            count(*) as cycles,
            count(*) filter (where cycles.has_meeting) as meetings,
            count(*) filter (where cycles.is_won) as won
        from met
        inner join cycles on met.lead_id = cycles.lead_id and met.cycle_no = cycles.cycle_no
        group by grouping sets ((cycles.agreement, met.criterion, cycles.quarter), (cycles.agreement, met.criterion))
    ),
    counted as (
        select
            criteria.*,
            totals.quarter,
            coalesce(met_counts.cycles, 0) as cycles_with,
            totals.cycles - coalesce(met_counts.cycles, 0) as cycles_without,
            coalesce(met_counts.meetings, 0) as meetings_with,
            totals.meetings - coalesce(met_counts.meetings, 0) as meetings_without,
            coalesce(met_counts.won, 0) as won_with,
            totals.won - coalesce(met_counts.won, 0) as won_without
        from criteria
        inner join totals on criteria.agreement = totals.agreement
        left join met_counts
            on criteria.agreement = met_counts.agreement
            and criteria.criterion = met_counts.criterion
            and totals.quarter is not distinct from met_counts.quarter
    ),
    compared as (
        select
            *,
            meetings_with / nullif(cycles_with, 0) as meeting_rate_with,
            meetings_without / nullif(cycles_without, 0) as meeting_rate_without,
            won_with / nullif(cycles_with, 0) as won_rate_with,
            won_without / nullif(cycles_without, 0) as won_rate_without,
            -- How far the logarithm of a lift reaches to either side at 95 % (Katz and others, 1978).
            1.959963984540054 * sqrt(
                1 / nullif(meetings_with, 0) - 1 / nullif(cycles_with, 0)
                + 1 / nullif(meetings_without, 0) - 1 / nullif(cycles_without, 0)
            ) as meeting_reach,
            1.959963984540054 * sqrt(
                1 / nullif(won_with, 0) - 1 / nullif(cycles_with, 0)
                + 1 / nullif(won_without, 0) - 1 / nullif(cycles_without, 0)
            ) as won_reach
        from counted
    ),
    final as (
        select
            agreement,
            criterion,
            coalesce(quarter::varchar, 'all') as period,
            quarter,
            kind,
            criterion_no,
            description_en,
            description_da,
            cycles_with,
            cycles_without,
            meetings_with,
            meetings_without,
            meeting_rate_with,
            meeting_rate_without,
            meeting_rate_with / nullif(meeting_rate_without, 0) as meeting_lift,
            meeting_rate_with / meeting_rate_without * exp(-meeting_reach) as meeting_lift_lower_95,
            meeting_rate_with / meeting_rate_without * exp(meeting_reach) as meeting_lift_upper_95,
            won_with,
            won_without,
            won_rate_with,
            won_rate_without,
            won_rate_with / nullif(won_rate_without, 0) as won_lift,
            won_rate_with / won_rate_without * exp(-won_reach) as won_lift_lower_95,
            won_rate_with / won_rate_without * exp(won_reach) as won_lift_upper_95
        from compared
    )
select * from final
