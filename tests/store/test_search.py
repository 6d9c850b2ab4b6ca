"""Titles and messages are found by what people remember of them."""

import pytest

from nicewen.services.store import Found, Store
from store.asked import answered, opened, writing


def shown(found: Found) -> str:
    return "".join(f"[{part.text}]" if part.is_match else part.text for part in found.snippet)


async def test_two_chinese_characters_find_a_question_an_answer_and_a_title_newest_first(store: Store) -> None:
    user = await store.user("ada")
    one = await answered(store, user, "今天天气怎么样？", "天气晴朗。", title="上海的天气")
    await answered(store, user, "写一首诗", "春天来了，空气很好", title="诗")
    found = await store.search(user, "天气")
    assert [(each.conversation_id, each.message_id, each.title) for each in found] == [
        (one.conversation_id, one.answer_id, "上海的天气"),
        (one.conversation_id, one.id, "上海的天气"),
        (one.conversation_id, None, "上海的天气"),
    ]
    assert [shown(each) for each in found] == ["[天气]晴朗。", "今天[天气]怎么样？", "上海的[天气]"]


@pytest.mark.parametrize(
    "query", ["气", "空气", "空气很好", "ＰＹＴＨＯＮ", "pyth", "3 空气", "air quality", "quality ai"]
)
async def test_one_character_a_beginning_and_several_words_find(store: Store, query: str) -> None:
    user = await store.user("ada")
    one = await answered(store, user, "用 Python 3 画空气质量图", "空气很好: air quality", title="t")
    assert (
        one.conversation_id in {each.conversation_id for each in await store.search(user, query)} or query == "3 空气"
    )
    if query == "3 空气":
        assert [each.message_id for each in await store.search(user, query)] == [one.id]


@pytest.mark.parametrize(
    "query",
    ['"', "'", "*", "a*b", "NEAR(a b)", "words:x", "a AND", "-x", "^x", "(", "\\", "a'b", "<->", "!", ":*", "\x00"],
)
async def test_characters_of_query_languages_do_no_harm(store: Store, query: str) -> None:
    user = await store.user("ada")
    await answered(store, user, "nothing of it")
    assert await store.search(user, query) == []


async def test_pages_of_results_follow_each_other(store: Store) -> None:
    user = await store.user("ada")
    saved = [await answered(store, user, f"天气预报 {at}", title="t") for at in range(7)]
    for at in range(5):
        await answered(store, user, f"预报的天气，气预 {at}", title="t")  # the pairs without the run
    pages: list[str | None] = []
    place: int | None = None
    while found := await store.search(user, "天气预报", before=place, limit=3):
        pages += [each.message_id for each in found]
        place = found[-1].place
    assert pages == [each.id for each in reversed(saved)]


async def test_a_renamed_conversation_is_found_by_its_new_title_only(store: Store) -> None:
    user = await store.user("ada")
    one = await answered(store, user, "?", title="旧名字")
    assert await store.rename(user, one.conversation_id, "新标题")
    assert await store.search(user, "旧名") == []
    assert [each.title for each in await store.search(user, "标题")] == ["新标题"]


async def test_what_was_purged_leaves_no_word_behind(url: str) -> None:
    async with opened(url) as store:
        user = await store.user("ada")
        await answered(store, user, "kept", title="kept")
        one = await answered(store, user, "天气 secret", "模型 secret", title="secret")
        assert await store.delete(user, one.conversation_id)
        assert await store.purge(deleted_before=2.0**40) == 1
        await answered(store, user, "new", title="new")
        assert await store.search(user, "secret") == []
        assert len(await store.search(user, "new")) == 2
        assert len(await store.search(user, "kept")) == 2


async def test_an_answer_that_still_runs_is_found_once_it_has_ended(store: Store) -> None:
    user = await store.user("ada")
    one = await writing(store, user)
    one.text.append("模型")
    assert await store.save()
    assert await store.search(user, "模型") == []
    store.finish(one.ended())
    assert await store.save()
    assert [each.message_id for each in await store.search(user, "模型")] == [one.id]


async def test_a_very_long_answer_is_found(store: Store) -> None:
    user = await store.user("ada")
    text = "".join(chr(0x4E00 + at % 20_000) + chr(0x4E00 + at * 7 % 20_000) for at in range(120_000))
    await answered(store, user, "?", f"{text} the end")
    assert len(await store.search(user, text[:4])) == 1
