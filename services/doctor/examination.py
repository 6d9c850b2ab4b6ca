"""All that is looked at, in its order."""

from collections.abc import AsyncIterator, Callable

from nicewen.services.doctor.finding import Finding, ill, well
from nicewen.services.doctor.page import findings_about_page
from nicewen.services.doctor.people import finding_about_people
from nicewen.services.doctor.service import Service, findings_about_service
from nicewen.services.errors import StartError
from nicewen.services.keeper import tried_database
from nicewen.services.language import Language
from nicewen.services.settings import Settings, misspelt_variables

Say = Callable[[str], None]


async def examined(settings: Settings, say: Say, language: Language, regions: tuple[str, ...] | None = None) -> bool:
    """Say how key, region, model, network and database are; return whether all is well.

    One short question is put to the service. `regions` are the addresses that a key may belong to.
    """
    service = Service(settings) if regions is None else Service(settings, regions)
    return await _said(_all(settings, service), say, language)


async def examined_page(url: str, say: Say, language: Language) -> bool:
    """Say how the page at an address arrives; return whether all is well."""
    return await _said(findings_about_page(url), say, language)


async def _said(findings: AsyncIterator[Finding], say: Say, language: Language) -> bool:
    is_well = True
    async for finding in findings:
        say(finding.line(language))
        is_well = is_well and finding.state != "ill"
    return is_well


async def _all(settings: Settings, service: Service) -> AsyncIterator[Finding]:
    for name, nearest in misspelt_variables().items():
        yield ill("settings", "start-misspelt", variable=name, nearest=nearest or "none")
    for finding in await findings_about_service(service):
        yield finding
    yield await _database(settings)
    yield await finding_about_people(settings)


async def _database(settings: Settings) -> Finding:
    """Open the database as a start does, which makes it where there is none and brings it up to date."""
    try:
        return well("database", "doctor-database-well", place=await tried_database(settings))
    except StartError as error:
        values = {name: str(value) for name, value in error.values.items()}
        if error.key == "start-database-in-use":
            return well("database", "doctor-database-busy", **values)
        return ill("database", error.key, **values)
