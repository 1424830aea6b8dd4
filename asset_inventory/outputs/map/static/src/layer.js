// The layer of a whole city, for any map of Leaflet: this script runs in the page, and once more in its worker.

import { layersOf } from "./layer/layers.js";
import { work } from "./layer/service.js";

if (typeof document === "undefined") work();
else globalThis.assetsOnMap = layersOf(document.currentScript?.textContent ?? "");
