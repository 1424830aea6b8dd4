// What Leaflet 1.9.4 (vendored, its version held by static/manifest.json) has and its types leave out.
import "leaflet";

declare module "leaflet" {
  interface Evented {
    on(type: "assetclick", fn: (event: { index: number; latlng: LatLng }) => void): this;
    on(type: "assetmiss", fn: (event: { latlng: LatLng }) => void): this;
  }
  interface Canvas {
    _bounds?: Bounds;
    _container: HTMLCanvasElement;
    _paint?: (brush: CanvasRenderingContext2D, bounds: Bounds) => void;
    _update(): void;
    _ctx: CanvasRenderingContext2D;
    _drawing: boolean;
    _patterns?: Record<string, CanvasPattern>;
    _stripes?: CanvasPattern;
    _fillStroke(context: CanvasRenderingContext2D, layer: Pick<Path, "options">): void;
  }
  interface PathOptions {
    hatch?: boolean;
  }
  interface Path {
    _pxBounds?: Bounds;
    _containsPoint(point: Point): boolean;
  }
  interface CircleMarker {
    _latlng: LatLng;
    _point?: Point;
    _renderer: Canvas;
    _empty(): boolean;
    _updateBounds(): void;
  }
  interface Map {
    _popup?: Popup | null;
    _zoomAnimated: boolean;
    _fadeAnimated: boolean;
  }
}
