const sign = String.raw`[:;,!?]`
const han = String.raw`\p{Script=Han}`

/** Signs of Latin text beside Chinese, and blanks beside full-width signs within a sentence. */
const faults = new RegExp(
  [
    String.raw`${han}\**${sign}`,
    String.raw`[;,] ${han}`,
    String.raw`\(${han}`,
    String.raw`${han}\)`,
    String.raw`[（：；，、）] ${han}`,
  ].join('|'),
  'gu',
)

/** What a study file writes keeps its signs. */
const code = /\{(?:[^{}]|\{[^{}]*\})*\}/gu

/** Where a Chinese text has signs of a Latin one, with what stands around them. */
export function halfWidthSigns(text: string): string[] {
  const prose = text.replaceAll(code, '·')
  return [...prose.matchAll(faults)].map(({ index }) =>
    prose.slice(Math.max(0, index - 20), index + 20),
  )
}
