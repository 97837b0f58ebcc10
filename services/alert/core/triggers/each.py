"""Trigger `each`: once for every story that matches. Knows nothing of how stories are grouped."""

from services.alert.core.triggers.verdict import Decision, Verdict


def decide(story_id: str, told: bool) -> Decision:
    """Decide from whether an alert of this subscription on this story exists; the episode is the story."""
    return Decision(Verdict.STORY_TOLD if told else Verdict.NEW_STORY, episode=story_id)
