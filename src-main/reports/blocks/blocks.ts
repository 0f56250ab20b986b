import type { ChartModel } from '../../charts/chart-model.ts'
import type { Language } from '../../core/i18n/language.ts'
import type { MessageDescriptor } from '../../core/errors/message.ts'
import type { NetworkSketch } from '../../core/models/network-sketch.ts'
import type { ReportSection } from '../../core/questions/report.ts'
import type { DisplayedStudyState } from '../../core/study/displayed-state.ts'
import type { TrialState } from '../../core/trial/trial.ts'

/**
 * A report before it has a format: what it says, as data. `studyReport` makes it from a study, and every format renders it:
 * `html/render-html.ts` (also what is printed as PDF), `text/render-markdown.ts`, `text/render-latex.ts` and the files of figures. Texts
 * are in the language of the report and escaped nowhere; a renderer escapes them for its format.
 */
export interface Report {
  readonly language: Language
  readonly study: {
    readonly name: string
    readonly state: DisplayedStudyState
    readonly reason: MessageDescriptor | null
    /** When it got into this state, in milliseconds since 1970, as all times. */
    readonly sinceMs: number
  }
  readonly generatedAtMs: number
  /** Of its times. */
  readonly timeZone: string
  /** Of Tunewright, which writes the report. */
  readonly version: string
  readonly sections: readonly Section[]
}

export interface Section {
  readonly id: ReportSection
  readonly heading: string
  readonly blocks: readonly Block[]
}

/** Anything that stands on lines of its own. */
export type Block =
  | Heading
  | Paragraph
  | List
  | DescriptionList
  | Table
  | Code
  | Figure
  | Cells
  | Tiles
  | Pictures
  | Fold
  | Columns

/** A heading within a section. */
export interface Heading {
  readonly kind: 'heading'
  readonly text: Inline
}

export interface Paragraph {
  readonly kind: 'paragraph'
  readonly text: Inline
  /** `lead` is the result; `note` stands below what it is about; `nothing` says why there is nothing. Default: plain text. */
  readonly role?: 'lead' | 'note' | 'nothing'
}

export interface List {
  readonly kind: 'list'
  readonly ordered: boolean
  readonly items: readonly Inline[]
  /** Of the items, where it is not that of the report. */
  readonly language?: Language
}

/** Names and their values. */
export interface DescriptionList {
  readonly kind: 'descriptionList'
  readonly items: readonly (readonly [name: string, value: Inline])[]
}

/** A table with a header; the first cell of every row is its heading. */
export interface Table {
  readonly kind: 'table'
  /** What a screen reader calls it. */
  readonly label: string
  readonly columns: readonly TableColumn[]
  readonly rows: readonly (readonly Inline[])[]
  /** Of each row; absent or null: an ordinary one. */
  readonly rowRoles?: readonly ('best' | 'inactive' | null)[]
}

export interface TableColumn {
  readonly title: Inline
  /** Stands on the right and is never broken. */
  readonly numeric?: boolean
  /** Stands on the right like a number, but may be broken. */
  readonly breaks?: boolean
}

/** Lines as they are. */
export interface Code {
  readonly kind: 'code'
  readonly label: string
  readonly text: string
}

/** A drawing with its sentence, its legend, its notes, and the table of its figures. */
export interface Figure {
  readonly kind: 'figure'
  /** One sentence that says what the drawing shows. */
  readonly summary: string
  readonly drawing: Chart | Cells | NetworkDrawing
  /** The chart whose marks the legend explains; null: no legend. */
  readonly legend: ChartModel | null
  /** Sentences on what the drawing leaves out or does to the data. */
  readonly notes: readonly string[]
  /** The figures behind it; a page folds them away until somebody opens them. */
  readonly table: readonly Block[]
}

export interface Chart {
  readonly kind: 'chart'
  /** Not empty. */
  readonly model: ChartModel
  /** What a screen reader says instead, and the caption of a file. */
  readonly caption: string
  /** One of many: smaller, without titles and without words on points. */
  readonly small: boolean
}

/** The layers of a network; text formats have its table only. */
interface NetworkDrawing {
  readonly kind: 'network'
  readonly sketch: NetworkSketch
}

/** Small charts side by side. */
export interface Cells {
  readonly kind: 'cells'
  readonly cells: readonly Cell[]
}

export interface Cell {
  /** Null: its legend says what it is. */
  readonly title: Inline | null
  readonly legend: ChartModel | null
  /** Or why there is none. */
  readonly chart: Chart | { readonly kind: 'nothing'; readonly reason: string }
  readonly notes: readonly string[]
}

/** Figures of the result, each with its name above and a note below. */
export interface Tiles {
  readonly kind: 'tiles'
  readonly tiles: readonly {
    readonly name: string
    readonly value: string
    readonly note: Inline
  }[]
}

/** Small pictures side by side; text formats list their files only. */
export interface Pictures {
  readonly kind: 'pictures'
  readonly pictures: readonly {
    readonly label: string
    /** JPEG in base 64; null: it could not be read. */
    readonly jpeg: string | null
  }[]
}

/** What a page shows once it is opened; other formats always. */
export interface Fold {
  readonly kind: 'fold'
  readonly title: string
  readonly blocks: readonly Block[]
}

/** Side by side where the page is wide enough. */
interface Columns {
  readonly kind: 'columns'
  readonly columns: readonly (readonly Block[])[]
}

/** A text with what is in it; lists are joined, null, undefined and false leave nothing behind. */
export type Inline = string | number | Piece | null | undefined | false | readonly Inline[]

export type Piece =
  /** As the study file writes it. */
  | { readonly kind: 'code'; readonly text: string }
  /** Leads to the row of a trial in the table of all trials. */
  | { readonly kind: 'trialLink'; readonly trial: number; readonly text: string }
  /** The number of a trial in that row. */
  | { readonly kind: 'trialRow'; readonly trial: number }
  | { readonly kind: 'state'; readonly state: TrialState; readonly text: string }
  | { readonly kind: 'tag'; readonly text: string; readonly isBad: boolean }
  /** Each on a line of its own. */
  | { readonly kind: 'lines'; readonly lines: readonly Inline[]; readonly areNotes: boolean }
  /** Long text behind its beginning. */
  | { readonly kind: 'folded'; readonly beginning: string; readonly text: string }
  /** A small one within a line; the URL is `data:`. Text formats leave it out. */
  | { readonly kind: 'picture'; readonly url: string; readonly label: string }
