// Asks a telephone where it is, when somebody presses the button beside a place. The
// degrees stand in the form, where they can be read and mended.

function locate(part: HTMLElement): void {
  const button = part.querySelector('button')!;
  const told = part.querySelector('[role=status]')!;
  part.hidden = false;
  button.addEventListener('click', () => {
    button.disabled = true;
    told.textContent = '…';
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        button.disabled = false;
        write(part, coords.latitude.toFixed(5), coords.longitude.toFixed(5));
        told.textContent = part.dataset.sayFound!.replace('{metres}', String(Math.ceil(coords.accuracy)));
      },
      () => {
        button.disabled = false;
        told.textContent = part.dataset.sayFailed!;
      },
      { enableHighAccuracy: true, timeout: 20_000, maximumAge: 30_000 },
    );
  });
}

// write fills in the degrees; a form without fields for them has them after the
// name of the place.
function write(part: HTMLElement, lat: string, lon: string): void {
  const field = (name: string) => part.closest('form')?.elements.namedItem(name) as HTMLInputElement | null;
  const [place, latField, lonField] = [field('f.place'), field('f.lat'), field('f.lon')];
  if (latField && lonField) [latField.value, lonField.value] = [lat, lon];
  else if (place) place.value = [place.value.replace(/,?\s*-?\d+\.\d{3,},\s*-?\d+\.\d{3,}$/, ''), `${lat}, ${lon}`].filter(Boolean).join(', ');
}

if ('geolocation' in navigator && window.isSecureContext) for (const part of document.querySelectorAll<HTMLElement>('[data-locate]')) locate(part);
