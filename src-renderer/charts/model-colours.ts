import type { Tone } from '../../src-main/analysis/charts/chart-model.ts'
import type { ChartTheme } from './chart-theme.ts'

/**
 * Colours of things that are compared: light and dark, told apart with every common colour blindness (after Okabe and Ito),
 * at least 3 : 1 against the panel.
 */
const palettes = {
  light: ['#1f5fbf', '#b3470a', '#00795c', '#9a4d86', '#7a6a00', '#5a6472', '#0f7fa8', '#a3242f'],
  dark: ['#6ea8ff', '#ff9d5c', '#3fc9a3', '#d99bc8', '#d8c84a', '#a3adba', '#62c9ee', '#ff8a80'],
} as const

/** Different colours there are; further things take them again. */
export const PALETTE_SIZE = palettes.light.length

export function isDark(theme: ChartTheme): boolean {
  return brightness(theme.panel) < 0.5
}

export function toneColour(tone: Tone, theme: ChartTheme): string {
  if (typeof tone === 'number') {
    const palette = palettes[isDark(theme) ? 'dark' : 'light']
    return palette[tone % PALETTE_SIZE] as string
  }
  return theme[tone === 'quiet' ? 'quiet' : tone]
}

/** 0: the faint colour, 1: the accent. Both ends stand out from the panel. */
export function rampColour(shade: number, theme: ChartTheme): string {
  return mix(theme.line, theme.accent, Math.min(1, Math.max(0, shade)))
}

export function withAlpha(colour: string, alpha: number): string {
  const [red, green, blue] = channels(colour)
  return `rgba(${red}, ${green}, ${blue}, ${alpha})`
}

function mix(from: string, to: string, share: number): string {
  const a = channels(from)
  const b = channels(to)
  const mixed = a.map((channel, at) => Math.round(channel + share * ((b[at] ?? 0) - channel)))
  return `rgb(${mixed.join(', ')})`
}

function brightness(colour: string): number {
  const [red, green, blue] = channels(colour)
  return (0.299 * red + 0.587 * green + 0.114 * blue) / 255
}

/** Of `#rrggbb` or, as minifiers write it, `#rgb`. */
function channels(colour: string): [number, number, number] {
  const digits = colour.length === 4 ? colour.replace(/[^#]/g, '$&$&') : colour
  const value = Number.parseInt(digits.slice(1, 7), 16)
  return [(value >> 16) & 255, (value >> 8) & 255, value & 255]
}
