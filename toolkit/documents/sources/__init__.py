"""The formats documents come in; each module gives the same frozen Document."""
