/** A report without its drawing: what every plain format is written from. */
export type Block =
  | { readonly kind: 'heading'; readonly level: 1 | 2 | 3; readonly text: Inline }
  | { readonly kind: 'paragraph'; readonly text: Inline }
  | { readonly kind: 'list'; readonly ordered: boolean; readonly items: readonly Inline[] }
  | { readonly kind: 'table'; readonly table: TextTable }
  /** Names and their values. */
  | { readonly kind: 'descriptionList'; readonly items: readonly (readonly [Inline, Inline])[] }
  | { readonly kind: 'code'; readonly text: string }
  | { readonly kind: 'figure'; readonly figure: Figure }

export interface TextTable {
  readonly header: readonly { readonly text: Inline; readonly numeric: boolean }[]
  readonly rows: readonly (readonly Inline[])[]
}

export interface Figure {
  /** `history-1`: section and place in it. */
  readonly name: string
  readonly caption: string
  /** The drawing as it stands in the page. */
  readonly svg: string
}

/** Pieces of a text; code is what a study file writes. */
export type Inline = readonly { readonly text: string; readonly code: boolean }[]

export function plain(inline: Inline): string {
  return inline.map(({ text }) => text).join('')
}
