// Which links of the page the system's browser may open. Whatever else a page or a shared workflow names stays unopened.

/** Where the program's own texts link to. A host stands for itself and its subdomains. */
const HOSTS = ["arxiv.org", "github.com", "huggingface.co", "onnxruntime.ai"] as const;

export function mayOpenExternally(link: string): boolean {
  const url = URL.parse(link);
  if (url === null || url.protocol !== "https:" || url.username !== "" || url.password !== "") return false;
  // Another port is another service.
  if (url.port !== "") return false;
  return HOSTS.some((host) => url.hostname === host || url.hostname.endsWith(`.${host}`));
}
