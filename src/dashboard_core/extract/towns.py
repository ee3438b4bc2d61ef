"""Towns in the names of universities and institutes, and the countries they are in.

They are read only inside such names ("University of Leeds"), never as speakers, datelines or parts of names
of people: many are surnames too. Towns that may be read anywhere stand in seeds/countries.csv. Left out are
names that two countries share (Cambridge, Birmingham, Newcastle, Hamilton).
"""

from __future__ import annotations

from typing import Final

__all__ = ["TOWNS"]

# Blanks within a name are written as underscores.
TOWNS: Final[dict[str, str]] = {
    "AUS": "Perth Hobart Darwin Wollongong",
    "AUT": "Linz Innsbruck Klagenfurt",
    "BEL": "Leuven Liège Namur Bruges",
    "BGD": "Rajshahi Khulna",
    "BOL": "Cochabamba",
    "BRA": "Campinas Recife Fortaleza Curitiba Porto_Alegre Belo_Horizonte Manaus",
    "CAN": "Calgary Edmonton Winnipeg Saskatchewan Manitoba",
    "CHE": "Fribourg St._Gallen Lucerne",
    "CHL": "Valparaíso Valparaiso Antofagasta Temuco Talca",
    "CHN": "Nanjing Xiamen Chengdu Hangzhou Tianjin Lanzhou Harbin",
    "CIV": "Bouaké",
    "CMR": "Buea Dschang",
    "COL": "Medellín Antioquia Cartagena Bucaramanga",
    "CZE": "Olomouc Ostrava Pilsen",
    "DEU": """Stuttgart Leipzig Heidelberg Göttingen Tübingen Freiburg Mainz Marburg Kiel Bremen Hannover
        Hanover Münster Jena Potsdam Konstanz Mannheim Würzburg Erlangen Regensburg Bayreuth Bielefeld
        Bochum Duisburg Erfurt""",
    "DNK": "Aarhus Odense Aalborg Roskilde",
    "EGY": "Assiut Mansoura",
    "ESP": "Salamanca Zaragoza Bilbao Navarra Navarre Alicante",
    "ETH": "Gondar Bahir_Dar Jimma",
    "FIN": "Turku Tampere Oulu Jyväskylä Lapland",
    "FRA": "Toulouse Bordeaux Lille Nantes Grenoble Rennes Montpellier Poitiers",
    "GBR": """Leeds Liverpool Sheffield Bristol Nottingham Leicester Sussex Essex Exeter Southampton Warwick
        Aberdeen Dundee Swansea Bradford Portsmouth Loughborough Keele Coventry Plymouth Stirling
        Salford""",
    "GHA": "Kumasi Cape_Coast Tamale",
    "GRC": "Patras Crete Ioannina",
    "HRV": "Rijeka Zadar",
    "HUN": "Szeged Pécs Miskolc",
    "IDN": "Yogyakarta Bandung Makassar",
    "IND": "Pune Lucknow Ahmedabad Kerala Calcutta Bombay",
    "IRL": "Galway Limerick Maynooth",
    "IRN": "Shiraz",
    "ISR": "Beersheba",
    "ITA": "Bologna Padua Pisa Florence Trento Trieste Siena Pavia Genoa Venice Palermo Catania",
    "JPN": "Nagoya Hokkaido Kobe Fukuoka Sapporo Tsukuba Sendai",
    "KEN": "Eldoret Kisumu",
    "KOR": "Daegu Incheon Daejeon",
    "LKA": "Peradeniya Kelaniya Jaffna",
    "LTU": "Klaipeda",
    "MAR": "Fez Agadir",
    "MEX": "Monterrey Puebla Oaxaca Yucatán Veracruz",
    "MOZ": "Beira",
    "MYS": "Malaya Penang Sarawak Sabah Johor",
    "NGA": "Ibadan Enugu Jos Maiduguri Kaduna Nsukka Ilorin",
    "NLD": "Maastricht Delft Tilburg Nijmegen Wageningen Eindhoven Twente",
    "NOR": "Trondheim Stavanger Agder",
    "NZL": "Otago Dunedin Waikato",
    "PAK": "Quetta",
    "PER": "Arequipa Cusco Trujillo",
    "PHL": "Mindanao Diliman",
    "POL": "Cracow Wrocław Poznań Poznan Łódź Lodz Lublin Katowice Szczecin",
    "PRT": "Coimbra Minho Aveiro Évora",
    "ROU": "Iași Timișoara Timisoara Cluj-Napoca",
    "RUS": "Tomsk Irkutsk Samara",
    "SEN": "Saint-Louis Ziguinchor",
    "SRB": "Niš",
    "SWE": "Lund Umeå Umea Linköping Örebro",
    "TUR": "Bursa",
    "UGA": "Gulu Mbarara",
    "UKR": "Chernivtsi",
    "USA": "Pittsburgh Baltimore Austin Stanford Princeton Yale Harvard Berkeley",
    "ZAF": "Stellenbosch KwaZulu-Natal Witwatersrand",
    "ZMB": "Copperbelt",
}
