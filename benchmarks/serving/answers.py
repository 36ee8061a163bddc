"""What the server answers, by path: always the same, in the protocol of whoever asks."""

LABELS = '[[{"label":"POSITIVE","score":0.9},{"label":"NEGATIVE","score":0.1}]]'
_USAGE = '"usage":{"prompt_tokens":8,"completion_tokens":1,"total_tokens":9}'
COMPLETION = (
    '{"id":"c","object":"text_completion","created":1,"model":"lab",'
    f'"choices":[{{"index":0,"text":"POSITIVE","finish_reason":"stop"}}],{_USAGE}}}'
)
CHAT = (
    '{"id":"c","object":"chat.completion","created":1,"model":"lab","choices":[{"index":0,'
    f'"message":{{"role":"assistant","content":"POSITIVE"}},"finish_reason":"stop"}}],{_USAGE}}}'
)
PATHS = {"/v1/completions": COMPLETION, "/v1/chat/completions": CHAT}
"""Answers of paths of their own; any other path gets LABELS."""
