"""The findings no form states itself, by what they are about: wording, severity, and what `xxgk explain` tells."""
