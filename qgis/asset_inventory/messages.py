"""Every sentence of the plugin in English and Indonesian; the program speaks for itself.

A table and no .ts and .qm files: the language can be chosen apart from that of QGIS, the sentences
stand where they can be read, and no compiled file lies in the repository.
"""

from qgis.core import QgsApplication, QgsSettings

LANGUAGES = ("en", "id")


def language():
    """Return the language as set, else that of QGIS where it is Indonesian, else English."""
    chosen = QgsSettings().value("asset_inventory/language", "")
    if chosen in LANGUAGES:
        return chosen
    return "id" if QgsApplication.locale().lower().startswith(("id", "in_")) else "en"


def say(key, **filled):
    """Return a sentence in the language of the plugin."""
    return SENTENCES[key][LANGUAGES.index(language())].format(**filled)


# fmt: off
SENTENCES = {
    "provider": ("Asset Inventory", "Inventaris Aset"),
    "program.missing": (
        "The program {path} was not found. Install asset-inventory, or state its path in the settings of the panel.",
        "Program {path} tidak ditemukan. Pasang asset-inventory, atau isi lokasinya di pengaturan panel."),
    "program.fault": (
        "The program {path} cannot be started: {why}. Correct its path in the settings of the panel.",
        "Program {path} tidak dapat dijalankan: {why}. Perbaiki lokasinya di pengaturan panel."),
    "program.no_answer": (
        "{path} gave no answer that the plugin can read: {why}. Check that it is the program asset-inventory.",
        "Jawaban {path} tidak dapat dibaca plugin: {why}. Pastikan program itu adalah asset-inventory."),
    "program.stopped": (
        "The command was stopped. Files are as they were.",
        "Perintah dihentikan. Berkas tetap seperti semula."),
    "no_city": (
        "No city was chosen. Choose the folder with city.toml.",
        "Kota belum dipilih. Pilih folder yang berisi city.toml."),
    "no_feature": (
        "No asset was chosen. Select one feature that has the field asset_id, or type its asset_id.",
        "Aset belum dipilih. Pilih satu fitur yang memiliki kolom asset_id, atau ketik asset_id-nya."),
    "no_results": (
        "{path} has no layers of results. Choose results.gpkg, or the folder that has it.",
        "{path} tidak berisi lapisan hasil. Pilih results.gpkg, atau folder tempatnya."),
    "errors_in_data": (
        "The command ended with errors in the data; they are listed above.",
        "Perintah selesai dengan kesalahan pada data; daftarnya di atas."),

    "validate": ("Validate a file", "Validasi berkas"),
    "deliver": ("Submit a file to the register", "Kirim berkas ke register"),
    "review": ("Review data submissions", "Tinjau kiriman data"),
    "accept": ("Accept a data submission", "Terima kiriman data"),
    "reject": ("Reject a data submission", "Tolak kiriman data"),
    "export": ("Export a layer of the register", "Ekspor lapisan register"),
    "check": ("Check the city", "Periksa kota"),
    "assess": ("Assess the city", "Kaji kota"),
    "map": ("Draw the map", "Buat peta"),
    "report": ("Write the report", "Buat laporan"),
    "explain": ("Explain the figures of an asset", "Jelaskan angka sebuah aset"),
    "load_results": ("Load results", "Muat hasil"),
    "help.validate": (
        "Checks a file before use. Features that are not accepted are written to the quarantine file with the reasons.",
        "Memeriksa berkas sebelum dipakai. Fitur yang tidak diterima ditulis ke berkas karantina beserta alasannya."),
    "help.deliver": (
        "Checks a file and compares it with the register. The data submission then waits for a decision.",
        "Memeriksa berkas dan membandingkannya dengan register. Kiriman data lalu menunggu keputusan."),
    "help.review": (
        "Lists the pending data submissions, or shows one in full with its effect on damage.",
        "Menampilkan kiriman data yang menunggu, atau satu secara lengkap beserta pengaruhnya terhadap kerusakan."),
    "help.accept": ("Takes a data submission into the register.", "Memasukkan kiriman data ke register."),
    "help.reject": (
        "Rejects a data submission. It is kept, with the reason.",
        "Menolak kiriman data. Data tetap disimpan beserta alasannya."),
    "help.export": (
        "Writes a layer of the register to a file for editing. Keep the file .base.json in the same folder.",
        "Menulis lapisan register ke berkas untuk disunting. Simpan berkas .base.json di folder yang sama."),
    "help.check": ("Checks layers and maps of the city.", "Memeriksa lapisan dan peta kota."),
    "help.assess": (
        "Computes exposure and expected annual damage: tables, a GeoPackage with styles, and a map.",
        "Menghitung keterpaparan dan kerusakan tahunan rata-rata: tabel, GeoPackage bergaya, dan peta."),
    "help.map": ("Assesses the city and writes only its map.", "Mengkaji kota dan hanya menulis petanya."),
    "help.report": ("Writes a report to read and print.", "Menulis laporan untuk dibaca dan dicetak."),
    "help.explain": (
        "Follows the figures of one asset to cells, damage curve, value and rule: the selected feature, or an asset_id.",
        "Menelusuri angka satu aset ke sel, kurva kerusakan, nilai, dan aturan: fitur yang dipilih, atau asset_id."),
    "help.load_results": (
        "Adds the layers of results.gpkg to the project, each with its style.",
        "Menambahkan lapisan results.gpkg ke proyek, masing-masing dengan gayanya."),

    "CITY": ("City (folder with city.toml)", "Kota (folder yang berisi city.toml)"),
    "FILE": ("File", "Berkas"),
    "LAYER": ("Layer of the city", "Lapisan kota"),
    "CRS": ("Coordinate reference system, in place of that of the file", "Sistem referensi koordinat, pengganti yang di berkas"),
    "QUARANTINE": ("Quarantine (GeoPackage)", "Karantina (GeoPackage)"),
    "AUTHOR": ("Sender", "Pengirim"),
    "NOTE": ("Note", "Catatan"),
    "ID": ("Number of the data submission", "Nomor kiriman data"),
    "PAGE": ("Page to sign (HTML)", "Halaman untuk ditandatangani (HTML)"),
    "TAKE": ("Decide all data conflicts for", "Putuskan semua konflik data untuk"),
    "TAKE.none": ("no decision", "tanpa keputusan"),
    "TAKE.ours": ("the register", "register"),
    "TAKE.theirs": ("the data submission", "kiriman data"),
    "ALLOW_DOUBTS": ("Accept doubtful matches as proposed", "Terima pencocokan meragukan sesuai usulan"),
    "ALLOW_REMOVALS": ("Number of assets that may be removed", "Jumlah aset yang boleh dihapus"),
    "WHY": ("Reason, which the sender reads", "Alasan, yang dibaca pengirim"),
    "OUTPUT": ("File of the layer", "Berkas lapisan"),
    "REPLACE": ("Overwrite an existing file", "Timpa berkas yang sudah ada"),
    "RESULTS": ("Folder of the results", "Folder hasil"),
    "MAP": ("Map (HTML)", "Peta (HTML)"),
    "FOLDER": ("Folder of the pages", "Folder halaman"),
    "PUBLIC": ("For the public", "Untuk publik"),
    "ASSET": ("asset_id", "asset_id"),
    "FEATURES": ("Layer with the selected feature", "Lapisan dengan fitur yang dipilih"),
    "FIGURES": ("Results (results.gpkg or its folder)", "Hasil (results.gpkg atau foldernya)"),
    "CODE": ("Exit code", "Kode keluar"),
    "ANSWER": ("Answer (JSON)", "Jawaban (JSON)"),

    "panel.title": ("Asset Inventory", "Inventaris Aset"),
    "panel.file": ("File", "Berkas"),
    "panel.active": ("Active layer", "Lapisan aktif"),
    "panel.layer": ("Layer of the city (empty: as in the file name)", "Lapisan kota (kosong: sesuai nama berkas)"),
    "panel.author": ("Sender", "Pengirim"),
    "panel.validate": ("Validate", "Validasi"),
    "panel.deliver": ("Submit", "Kirim"),
    "panel.explain": ("Explain selected feature", "Jelaskan fitur terpilih"),
    "panel.findings": ("Data quality", "Mutu data"),
    "panel.submissions": ("Data submissions", "Kiriman data"),
    "panel.settings": ("Settings", "Pengaturan"),
    "panel.severity": ("Severity", "Tingkat"),
    "panel.finding": ("Issue", "Temuan"),
    "panel.count": ("Number", "Jumlah"),
    "panel.zoom": ("Zoom to", "Perbesar ke"),
    "panel.no_place": ("The issue has no place on the map.", "Temuan ini tidak memiliki lokasi di peta."),
    "panel.cancel": ("Stop", "Hentikan"),
    "panel.refresh": ("Refresh", "Segarkan"),
    "panel.review": ("Review", "Tinjau"),
    "panel.accept": ("Accept", "Terima"),
    "panel.reject": ("Reject…", "Tolak…"),
    "panel.why": ("Reason, which the sender reads:", "Alasan, yang dibaca pengirim:"),
    "panel.doubts": ("Accept doubtful matches as proposed", "Terima pencocokan meragukan sesuai usulan"),
    "panel.program": ("Program (empty: asset-inventory on the PATH)", "Program (kosong: asset-inventory di PATH)"),
    "panel.city": ("City (folder with city.toml)", "Kota (folder yang berisi city.toml)"),
    "panel.language": ("Language (takes effect when QGIS starts again)", "Bahasa (berlaku setelah QGIS dimulai ulang)"),
    "panel.language_of_qgis": ("as QGIS", "sama dengan QGIS"),
    "panel.no_file": ("Choose a file, or a layer that is stored in a file.", "Pilih berkas, atau lapisan yang tersimpan di berkas."),
    "panel.unsaved": (
        "The layer has edits that are not saved. Save the edits, then submit it.",
        "Lapisan memiliki suntingan yang belum disimpan. Simpan suntingannya, lalu kirim."),
    "panel.none": ("No data submission is chosen.", "Kiriman data belum dipilih."),
    "panel.busy": ("{name}…", "{name}…"),
    "panel.ready": ("{name}: done", "{name}: selesai"),
    "panel.counts": (
        "Read {read}, kept {kept}, repaired {repaired}, in quarantine {quarantined}.",
        "Dibaca {read}, diterima {kept}, diperbaiki {repaired}, dikarantina {quarantined}."),
    "panel.submission": (
        "{id}: {layer}, {file} ({added} added, {edited} edited, {removed} removed, doubts {doubts}, conflicts {conflicts})",
        "{id}: {layer}, {file} ({added} ditambah, {edited} diubah, {removed} dihapus, keraguan {doubts}, konflik {conflicts})"),
    "layer.quarantine": ("Quarantine: {name}", "Karantina: {name}"),
    "layer.pairs": ("Doubtful matches of {number}", "Pencocokan meragukan dari {number}"),
    "layer.ends": ("Both sides of {number}", "Kedua sisi dari {number}"),
    "side.register": ("register", "register"),
    "side.delivery": ("data submission", "kiriman data"),
    "severity.error": ("error", "kesalahan"),
    "severity.warning": ("warning", "peringatan"),
    "severity.repaired": ("repaired", "diperbaiki"),
    "severity.doubt": ("doubt", "keraguan"),
    "severity.conflict": ("conflict", "konflik"),
    "severity.change": ("change", "perubahan"),
}
# fmt: on
