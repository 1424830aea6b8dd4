// What a page's scripts share.

declare global {
  /** The layers of assets, by the name of each. */
  var assetsOnMap: ReturnType<typeof import("./layer/layers.js").layersOf>;
  /** What starts the page once its map is there. */
  var inventory: { start: (map: L.Map) => void };
  interface Window {
    __mapReady?: boolean;
  }
}

export {};
