-- Grain: agreement, rule and condition_no, of the conditions that give points or are an entry criterion. The same test in
-- several places has the same test_no.
with
    conditions as (
        select
            conditions.agreement,
            conditions.rule,
            conditions.condition_no,
            conditions.attribute,
            conditions.operator,
            conditions.number,
            list(conditions.value order by conditions.value) as options
        from sla.conditions
        left join sla.score_fit on conditions.agreement = score_fit.agreement and conditions.rule = score_fit.rule
        left join sla.criteria on conditions.agreement = criteria.agreement
        where score_fit.rule is not null or (conditions.rule = 'icp' and criteria.needs_icp)
        group by
            conditions.agreement,
            conditions.rule,
            conditions.condition_no,
            conditions.attribute,
            conditions.operator,
            conditions.number
    ),
    final as (
        select
            agreement,
            rule,
            condition_no,
            dense_rank() over (order by attribute, operator, number, options) as test_no,
            attribute,
            operator,
            options,
            number
        from conditions
    )
select * from final
