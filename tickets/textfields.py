"""Text as strangers send it: the form fields of every door. They live with the people, who write names with them."""

from accounts.textfields import (
    KeyField,
    OneLineField,
    TextField,
    WordsField,
    clean_line,
    clean_text,
    fresh_key,
)

__all__ = ["KeyField", "OneLineField", "TextField", "WordsField", "clean_line", "clean_text", "fresh_key"]
