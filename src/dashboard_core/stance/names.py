"""Countries, blocs and surnames that are exchanged in training and in the bias test.

A stance must come from what is said, not from whom or what is named: where news of some years mostly
opposes one country, a model learns the country. So in training a third of the passages carry other names.
"""

from __future__ import annotations

import random
import re

__all__ = ["BLOCS", "COUNTRIES", "swap_names"]


def _listed(names: str) -> tuple[str, ...]:
    return tuple(" ".join(name.split()) for name in names.split(","))


def _paired(pairs: str) -> tuple[tuple[str, str], ...]:
    halves = [pair.split("=") for pair in _listed(pairs)]
    return tuple((first, second) for first, second in halves)


# A country and its demonym, which is also the adjective.
COUNTRIES: tuple[tuple[str, str], ...] = _paired(
    """
    Russia=Russian, China=Chinese, Iran=Iranian, Israel=Israeli, Turkey=Turkish, Ukraine=Ukrainian,
    Germany=German, France=French, Britain=British, Poland=Polish, Japan=Japanese, India=Indian,
    Pakistan=Pakistani, Syria=Syrian, Iraq=Iraqi, Saudi Arabia=Saudi, Egypt=Egyptian, Mexico=Mexican,
    Canada=Canadian, Cuba=Cuban, Venezuela=Venezuelan, Brazil=Brazilian, Kazakhstan=Kazakh,
    Kyrgyzstan=Kyrgyz, Uzbekistan=Uzbek, Tajikistan=Tajik, Azerbaijan=Azerbaijani, Armenia=Armenian,
    Georgia=Georgian, Belarus=Belarusian, Moldova=Moldovan, Hungary=Hungarian, Serbia=Serbian,
    Greece=Greek, Italy=Italian, Spain=Spanish, Sweden=Swedish, Finland=Finnish, Norway=Norwegian,
    Mongolia=Mongolian, Afghanistan=Afghan, Vietnam=Vietnamese, Indonesia=Indonesian,
    Australia=Australian, Libya=Libyan, Qatar=Qatari, Lithuania=Lithuanian, Estonia=Estonian,
    Latvia=Latvian, Turkmenistan=Turkmen, Romania=Romanian, Bulgaria=Bulgarian, Taiwan=Taiwanese,
    North Korea=North Korean, South Korea=South Korean, Palestine=Palestinian
    """
)
BLOCS: tuple[str, ...] = _listed(
    """
    NATO, EU, European Union, UN, United Nations, OTS, CSTO, SCO, EAEU, CIS, OSCE, G7, G20, BRICS,
    ASEAN, African Union, Arab League, OPEC, WTO, IMF, World Bank, Organization of Turkic States,
    Eurasian Economic Union, Shanghai Cooperation Organisation, Collective Security Treaty Organization,
    Council of Europe, C5+1, Mercosur, Quad, AUKUS
    """
)
_CAPITALS: dict[str, str] = dict(
    _paired(
        """
        Moscow=Russia, Beijing=China, Tehran=Iran, Ankara=Turkey, Kiev=Ukraine, Kyiv=Ukraine,
        Berlin=Germany, Paris=France, London=Britain, Warsaw=Poland, Tokyo=Japan, New Delhi=India,
        Islamabad=Pakistan, Damascus=Syria, Baghdad=Iraq, Riyadh=Saudi Arabia, Cairo=Egypt, Havana=Cuba,
        Caracas=Venezuela, Astana=Kazakhstan, Bishkek=Kyrgyzstan, Tashkent=Uzbekistan, Dushanbe=Tajikistan,
        Baku=Azerbaijan, Yerevan=Armenia, Tbilisi=Georgia, Minsk=Belarus, Chisinau=Moldova,
        Budapest=Hungary, Belgrade=Serbia, Athens=Greece, Rome=Italy, Madrid=Spain, Stockholm=Sweden,
        Helsinki=Finland, Pyongyang=North Korea, Seoul=South Korea, Ottawa=Canada, Canberra=Australia,
        Vilnius=Lithuania, Tallinn=Estonia, Riga=Latvia, Taipei=Taiwan, Kabul=Afghanistan
        """
    )
)
# Office holders who dominate the training news; they become people who do not exist.
_FAMOUS = _listed(
    """
    Trump, Obama, Clinton, Biden, Bush, Putin, Pelosi, McConnell, Sanders, Romney, Cruz, Rubio, McCain,
    Pence, Pompeo, Bolton, Netanyahu, Merkel, Macron, Johnson, Corbyn, Kerry, Boehner, Ryan, Schumer,
    Warren, Graham, Assad, Erdogan, Rouhani, Kim, Xi
    """
)
_INVENTED = _listed(
    """
    Halvorsen, Okafor, Tamsin, Brandt, Lindqvist, Marchetti, Dubrovin, Sarkanen, Aliev, Petrosyan,
    Nazarov, Whitcombe, Ferrante, Kowalczyk, Ibraimov, Delacroix, Hartwell, Moreno, Yilmaz, Varga,
    Castellan, Rasulov, Jansen, Oyelaran, Takeda, Mbeki, Sorensen, Quinlan, Abdulin, Vesely
    """
)


def _pattern(names: list[str]) -> re.Pattern[str]:
    ordered = sorted(names, key=len, reverse=True)
    return re.compile(r"(?<![\w-])(" + "|".join(map(re.escape, ordered)) + r")(?![\w])")


_NAME = {name: ("country", i) for i, (name, _) in enumerate(COUNTRIES)}
_NAME |= {demonym: ("demonym", i) for i, (_, demonym) in enumerate(COUNTRIES)}
_INDEX = {name: i for i, (name, _) in enumerate(COUNTRIES)}
_NAME |= {capital: ("capital", _INDEX[name]) for capital, name in _CAPITALS.items()}
_CAPITAL_OF = {country: capital for capital, country in _CAPITALS.items()}
_NAME |= {bloc: ("bloc", i) for i, bloc in enumerate(BLOCS)}
_NAME |= {name: ("person", i) for i, name in enumerate(_FAMOUS)}
_ALL = _pattern(list(_NAME))


def swap_names(rng: random.Random, *texts: str) -> tuple[str, ...]:
    """Return the texts with countries, blocs and well-known surnames replaced, the same way in each.

    Examples
    --------
    >>> a, b = swap_names(random.Random(1), "Russia wants talks; Russian troops stay.", "Russia")
    >>> b in a and "Russia" not in a
    True
    """
    new: dict[tuple[str, int], str] = {}
    countries = list(range(len(COUNTRIES)))
    rng.shuffle(countries)

    def put(match: re.Match[str]) -> str:
        kind, index = _NAME[match.group(1)]
        if kind in {"country", "demonym", "capital"}:
            if ("to", index) not in new:
                other = next(c for c in countries if str(c) not in new.values() and c != index)
                new["to", index] = str(other)
            name, demonym = COUNTRIES[int(new["to", index])]
            return (
                demonym if kind == "demonym" else _CAPITAL_OF.get(name, name) if kind == "capital" else name
            )
        if (kind, index) not in new:
            new[kind, index] = rng.choice(BLOCS if kind == "bloc" else _INVENTED)
        return new[kind, index]

    return tuple(_ALL.sub(put, text) for text in texts)
