"""Icons of asset types: the words of a type, in Indonesian, English and OpenStreetMap, that suggest one.

The names are those of Maki (Mapbox, CC0 1.0), whose outlines the map pages hold.
"""

import re
from collections.abc import Iterable

# Of two phrases in one name the longer decides: «kantor pos» is a post office, no office.
ICONS = {
    "hospital": ("rumah sakit", "hospital", "rsud", "rsu", "rs", "rsia"),
    "doctor": ("puskesmas", "klinik", "clinic", "doctors", "health centre", "health center", "pustu",
               "posyandu", "health", "health post", "bidan", "balai pengobatan", "kesehatan",
               "pusat kesehatan"),
    "pharmacy": ("apotek", "pharmacy", "chemist", "toko obat"),
    "dentist": ("dokter gigi", "dentist"),
    "blood-bank": ("bank darah", "blood bank", "blood donation"),
    "veterinary": ("dokter hewan", "veterinary"),
    "school": ("sekolah", "school", "paud", "tk", "sd", "sdn", "smp", "smpn", "sma", "sman", "smk",
               "smkn", "madrasah", "pesantren", "kindergarten", "taman kanak kanak", "education"),
    "college": ("kampus", "universitas", "university", "college", "politeknik", "perguruan tinggi",
                "campus"),
    "library": ("perpustakaan", "library"),
    "museum": ("museum",),
    "place-of-worship": ("tempat ibadah", "rumah ibadah", "place of worship", "worship", "vihara",
                         "kelenteng", "pura", "temple"),
    "religious-muslim": ("masjid", "musala", "musholla", "mushola", "langgar", "mosque"),
    "religious-christian": ("gereja", "church", "chapel", "kapel", "cathedral"),
    "town-hall": ("kantor", "kantor pemerintah", "kantor kelurahan", "kantor kecamatan", "balai kota",
                  "balai desa", "townhall", "town hall", "government", "government office",
                  "public building", "administration", "office", "pemerintahan"),
    "fire-station": ("pos pemadam", "pemadam", "pemadam kebakaran", "fire station", "damkar"),
    "police": ("polisi", "kantor polisi", "polsek", "polres", "police", "police station"),
    "prison": ("lapas", "penjara", "rutan", "prison"),
    "post": ("kantor pos", "post office"),
    "bank": ("bank", "atm", "koperasi"),
    "grocery": ("pasar", "market", "marketplace", "supermarket", "swalayan"),
    "shop": ("toko", "kios", "warung", "shop", "retail", "store", "mall", "pertokoan"),
    "convenience": ("minimarket", "convenience", "convenience store"),
    "restaurant": ("restoran", "rumah makan", "restaurant"),
    "lodging": ("hotel", "penginapan", "hostel", "lodging", "guest house"),
    "commercial": ("komersial", "commercial", "ruko", "perkantoran"),
    "home": ("rumah", "rumah tinggal", "hunian", "house", "home", "residential", "dwelling",
             "perumahan", "apartment", "apartments", "rusun", "rusunawa"),
    "building": ("gedung", "bangunan", "building"),
    "warehouse": ("gudang", "warehouse"),
    "industry": ("pabrik", "industri", "factory", "industrial", "industry"),
    "farm": ("peternakan", "farm"),
    "bus": ("halte", "terminal", "terminal bus", "bus stop", "bus station", "bus"),
    "rail": ("stasiun", "stasiun kereta", "railway", "railway station", "train station", "rail"),
    "airport": ("bandara", "bandar udara", "airport", "aerodrome"),
    "harbor": ("pelabuhan", "dermaga", "port", "harbour", "harbor", "pier", "marina"),
    "ferry": ("penyeberangan", "ferry", "ferry terminal"),
    "parking": ("parkir", "parking"),
    "fuel": ("spbu", "pom bensin", "fuel", "fuel station", "petrol station", "gas station"),
    "bridge": ("jembatan", "bridge"),
    "tunnel": ("terowongan", "tunnel", "underpass"),
    "dam": ("bendung", "bendungan", "embung", "dam", "weir", "pintu air", "sluice", "sluice gate"),
    "water": ("pompa", "rumah pompa", "stasiun pompa", "pump", "pump station", "pumping station",
              "water", "waterworks", "water works", "water tower", "pdam", "ipa", "reservoir",
              "drinking water", "sumur", "water treatment", "sanitation"),
    "charging-station": ("gardu", "gardu listrik", "gardu induk", "substation", "power",
                         "transformer", "power station", "pembangkit"),
    "communications-tower": ("menara", "bts", "tower", "communications tower", "telekomunikasi",
                             "telecommunication", "telecom"),
    "waste-basket": ("sampah", "tpa", "tps", "tpst", "waste", "landfill", "waste disposal"),
    "recycling": ("bank sampah", "daur ulang", "recycling", "tps3r"),
    "toilet": ("toilet", "mck", "toilets"),
    "shelter": ("shelter", "pengungsian", "tempat evakuasi", "tempat pengungsian", "evacuation",
                "evacuation site", "posko"),
    "park": ("taman", "park", "rth", "garden"),
    "pitch": ("lapangan", "pitch", "sports field", "gor"),
    "stadium": ("stadion", "stadium"),
    "cemetery": ("makam", "pemakaman", "tpu", "cemetery", "grave yard"),
    "monument": ("monumen", "monument", "cagar budaya", "heritage"),
    "lighthouse": ("mercusuar", "lighthouse"),
}  # fmt: skip
_LONGEST_FIRST = sorted(
    ((phrase, icon) for icon, phrases in ICONS.items() for phrase in phrases),
    key=lambda pair: -len(pair[0]),
)


def suggested_icon(names: Iterable[str]) -> str | None:
    """Return the icon of a type by the words of its names, the first that has one; None without.

    Examples
    --------
    >>> suggested_icon(["rumah sakit"]), suggested_icon(["bus_stop"]), suggested_icon(["T01", "Post office"])
    ('hospital', 'bus', 'post')
    >>> suggested_icon(["Schools"]), suggested_icon(["fasilitas kesehatan"])
    ('school', 'doctor')
    >>> suggested_icon(["jalan lingkungan"])
    """
    for name in names:
        text = f" {' '.join(re.split(r'[^a-z0-9]+', name.lower()))} "
        for phrase, icon in _LONGEST_FIRST:
            if f" {phrase} " in text or f" {phrase}s " in text:
                return icon
    return None
