"""Our form engine beside those of ODK and Enketo: the same forms, the same machine, the same run."""
