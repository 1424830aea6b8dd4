"""One headless QGIS for many checks: started by /usr/bin/python3, it prints what came as JSON.

It imports nothing of the project but the plugin, as QGIS does.
"""

import json
import sys
import threading
import time
from pathlib import Path


def main(plugins: str, profile: str, jobs: str) -> None:
    sys.path[:0] = ["/usr/share/qgis/python/plugins", plugins]
    from qgis.core import QgsApplication, QgsProcessingContext, QgsProcessingFeedback, QgsProject

    application = QgsApplication([], False, profile)
    application.initQgis()
    from processing.core.Processing import Processing

    Processing.initialize()
    from asset_inventory.program import keep_setting

    from asset_inventory import classFactory

    plugin = classFactory(None)
    plugin.initProcessing()
    registry = QgsApplication.processingRegistry()
    came = []
    for job in json.loads(Path(jobs).read_text(encoding="utf-8")):
        for name, value in job["settings"].items():
            keep_setting(name, value)
        context, feedback = QgsProcessingContext(), QgsProcessingFeedback(False)
        context.setProject(QgsProject.instance())
        moved = []
        feedback.progressChanged.connect(moved.append)
        if job.get("cancel") is not None:
            threading.Timer(job["cancel"], feedback.cancel).start()
        algorithm = registry.algorithmById(f"asset_inventory:{job['run']}").create()
        began = time.monotonic()
        results, ok = algorithm.run(job["with"], context, feedback)
        came.append(
            {
                "name": algorithm.displayName(),
                "ok": ok,
                "results": results,
                "log": feedback.textLog(),
                "progress": max(moved, default=0),
                "seconds": time.monotonic() - began,
                "layers": len(context.layersToLoadOnCompletion()),
            }
        )
    Path(jobs).with_suffix(".out").write_text(json.dumps(came), encoding="utf-8")
    plugin.unload()
    application.exitQgis()


if __name__ == "__main__":
    main(*sys.argv[1:])
