-- Grain: profile and agreement. What the leads of each profile are worth to an agreement. There are few profiles, so each
-- rule is looked at once for each of them and not for each lead.
with
    profiles as (
        select distinct profile from int_score_profiles
    ),
    rules as (
        select
            tests.agreement,
            tests.rule,
            list(tests.test_no::varchar) as test_nos,
            any_value(score_fit.points) as points
        from int_score_tests as tests
        left join sla.score_fit on tests.agreement = score_fit.agreement and tests.rule = score_fit.rule
        group by tests.agreement, tests.rule
    ),
    final as (
        select
            profiles.profile,
            rules.agreement,
            coalesce(sum(rules.points), 0) as points,
            bool_or(rules.rule = 'icp') as is_icp
        from profiles
        inner join rules on list_has_all(string_split(profiles.profile, ','), rules.test_nos)
        group by profiles.profile, rules.agreement
    )
select * from final
