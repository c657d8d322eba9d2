pivot raw.deals on team using sum(amount)
