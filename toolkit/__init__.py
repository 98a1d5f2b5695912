"""The toolkit: forms as data, locked workbooks, checks, merged returns and finished reports."""
