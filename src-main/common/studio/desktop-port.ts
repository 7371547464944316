// How the page of the desktop app gets its pipe to the studio. Its window has `studioShell.requestPort()`, and receives a message with
// this text and one MessagePort as often as it calls it. Frames of `common/wire` travel through the port as they are, by structured cloning.

export const DESKTOP_PORT = "studio-port";

/** The origin of that page; in a browser it is another one, and the page opens a WebSocket instead. */
export const DESKTOP_ORIGIN = "app://studio";
