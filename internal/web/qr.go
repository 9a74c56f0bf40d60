package web

import (
	"fmt"
	"strings"

	"github.com/a-h/templ"
	"github.com/boombuler/barcode/qr"

	"konbit.org/konbit/internal/fail"
)

// qr draws a text as a square code, one path of unit squares with a quiet rim of
// four, dark on light in every theme: phones read no other.
func (v *visit) qr(text string) (string, error) {
	code, err := qr.Encode(text, qr.M, qr.Auto)
	if err != nil {
		return "", fail.Wrap(fail.Internal, err, "draw the code of an app", "")
	}
	size := code.Bounds().Dx()
	var path strings.Builder
	for y := range size {
		for x := 0; x < size; x++ {
			from := x
			for x < size && dark(code.At(x, y).RGBA()) {
				x++
			}
			if x > from {
				fmt.Fprintf(&path, "M%d %dh%dv1h-%dz", from+4, y+4, x-from, x-from)
			}
		}
	}
	side := size + 8
	return fmt.Sprintf(`<svg class="qr" viewBox="0 0 %d %d" role="img" aria-label="%s"><path class="qr-light" d="M0 0h%dv%dh-%dz"/><path class="qr-dark" d="%s"/></svg>`,
		side, side, templ.EscapeString(v.t("people.totp.qr")), side, side, side, path.String()), nil
}

func dark(r, _, _, _ uint32) bool { return r < 0x8000 }
