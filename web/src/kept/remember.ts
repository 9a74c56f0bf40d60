// Has the service worker come, and keep the page of forms, once the page is done:
// nobody waits for it.

const later = 3000; // milliseconds

export function remember(worker: string, page: string | undefined): void {
  if (!('serviceWorker' in navigator)) return; // or the line is not encrypted
  const go = () =>
    setTimeout(async () => {
      try {
        await navigator.serviceWorker.register(worker, { scope: '/', updateViaCache: 'none' });
        const ready = await navigator.serviceWorker.ready;
        if (page) ready.active?.postMessage({ keep: page });
      } catch (e) {
        console.warn(e); // no room, or a browser that keeps nothing
      }
    }, later);
  if (document.readyState === 'complete') go();
  else addEventListener('load', go);
}
