"""What a run leaves as plain data: cached, shown, compared; read by rules, reports, editors and locks."""
