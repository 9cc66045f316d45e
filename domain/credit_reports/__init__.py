"""Credit reports: request, form, issue, read, revoke."""
