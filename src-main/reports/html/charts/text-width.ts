// East Asian wide and full-width characters take about one em, others little more than half.
const wide =
  /[\u1100-\u115F\u2E80-\u303E\u3041-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6\u{1F300}-\u{1FAFF}\u{20000}-\u{3FFFD}]/u
const NARROW_EM = 0.6

/** Rough width of a text in pixels at a font size in pixels; never far too small. */
export function textWidth(text: string, fontSize: number): number {
  let width = 0
  for (const character of text) width += wide.test(character) ? 1 : NARROW_EM
  return width * fontSize
}

/** The text, or its beginning and `…` where it is wider than `width` pixels. */
export function fitText(text: string, width: number, fontSize: number): string {
  if (textWidth(text, fontSize) <= width) return text
  let fitted = ''
  let used = NARROW_EM * fontSize
  for (const character of text) {
    used += textWidth(character, fontSize)
    if (used > width) break
    fitted += character
  }
  return `${fitted.trimEnd()}…`
}
