"""What is chosen in a conversation, on the branch that is shown and off it, is the same after a restart."""

from scripted import DONE, Scripted, Step, answered, assisted, opened, settled

from nicewen.services.events import Text


async def test_what_was_chosen_off_the_path_and_what_was_sent_are_kept(url: str) -> None:
    long = "湖" * 30_000
    scripts: list[list[Step]] = [[Text(text), DONE] for text in (long, "answer 0", "answer 1", "answer 2", "answer 3")]
    provider = Scripted(*scripts)
    async with assisted(provider, database_url=url, model="qwen-max") as one:
        conversation = await answered(one, "a")
        await answered(one, "b", conversation)
        for _ in range(2):  # three answers to b, of which the first is looked at
            one.ask_again(conversation, conversation.last_answer_id)
            await settled(conversation)
        for _ in range(2):
            assert one.choose(conversation, conversation.last_answer_id, -1)
        assert conversation.exchanges[1].answer.sent == (0, 1)
        one.edit(conversation, conversation.exchanges[0].id, "A")
        await settled(conversation)
    kept = await opened(conversation.id, database_url=url)
    assert [exchange.question for exchange in kept.exchanges] == ["A"]
    assert kept.choose(kept.exchanges[0].id, -1)
    assert [exchange.question for exchange in kept.exchanges] == ["a", "b"]
    answer = kept.exchanges[1].answer
    assert (answer.text, answer.sent) == ("answer 0", (0, 1))
