// Package gsm writes text in the alphabet of short messages (3GPP TS 23.038, once
// GSM 03.38) and cuts it into messages that any telephone takes whole.
//
//	for _, part := range gsm.Split(gsm.Plain("Situation calme à l’école"), 160) …
//
// It guarantees that a part holds letters of that alphabet alone, is no longer than
// asked, and that the parts in order say the whole text.
package gsm
