import { z } from 'zod'
import { languages } from '../../../core/i18n/language.ts'
import type { AppEvent } from '../../api/common/app-event.ts'
import type { importedFileSchema } from '../../../core/study/import.ts'
import type { UpdateState } from '../../updates/common/update.ts'
import { answer, type AnswersOf, call, type Serving } from '../../../core/processes/call.ts'

/** Offered to its page by the desktop host alone, beside everything of `methods.ts`. */

/** All that a sandboxed page gets from the preload script: text out, no Electron object. */
export interface DesktopBridge {
  /** Sends one call as wire text. @returns the envelope as wire text */
  call(body: string): Promise<string>
  /** Hears every push as wire text. @returns what ends the subscription */
  subscribe(listener: (message: string) => void): () => void
  /** @param file a `File` of the page @returns the path of what a person dropped or chose; empty for one that is not on disk */
  pathOf(file: object): string
}

/** Told to its page by the desktop host without being asked. */
export type DesktopPush =
  | { readonly type: 'event'; readonly event: AppEvent }
  /** Whether the back end can be reached; it counts its events from 1 again after it was away. */
  | { readonly type: 'connection'; readonly open: boolean }
  /** A menu, the tray or a notification asks for this page of the router. */
  | { readonly type: 'show'; readonly path: string }
  /** A study file that a person opened: from the menu, by a double click, or with another start. */
  | { readonly type: 'studyFile'; readonly text: string }
  /** A study bundle, or a study of another program. */
  | { readonly type: 'import'; readonly file: z.output<typeof importedFileSchema> }

export const themes = ['system', 'light', 'dark'] as const

/** Methods that the desktop host answers itself; their names begin with `desktop.`. */
export const desktopRequestSchemas = {
  /** Menus, dialogs and the window's frame follow it. */
  'desktop.appearance': call(answer<null>, { language: z.enum(languages), theme: z.enum(themes) }),
  /** Whether the system tells the end of a study. */
  'desktop.notifications': call(answer<boolean>, {}),
  'desktop.setNotifications': call(answer<null>, { enabled: z.boolean() }),
  /** Lets a person choose a file or a folder of data; the answer is its path, or null. */
  'desktop.chooseData': call(answer<string | null>, {
    kind: z.enum(['file', 'folder', 'kitFolder']),
  }),
  'desktop.update': call(answer<UpdateState>, {}),
  /** An address or a whole path; an empty text forgets it. */
  'desktop.findUpdate': call(answer<UpdateState>, {
    source: z
      .string()
      .max(4_000)
      .regex(/^$|^https?:\/\/\S+$|^\/|^[A-Za-z]:[\\/]|^\\\\/),
  }),
  /** Has begun; how far it is says `desktop.update`. */
  'desktop.stageUpdate': call(answer<UpdateState>, {}),
  /** Ends the application. */
  'desktop.installUpdate': call(answer<null>, {}),
} as const

export type DesktopMethod = keyof typeof desktopRequestSchemas
export type DesktopRequestOf<Name extends DesktopMethod> = z.output<
  (typeof desktopRequestSchemas)[Name]
>
export type DesktopAnswers = AnswersOf<typeof desktopRequestSchemas>

/** The desktop host's own methods, as it serves them. */
export type DesktopApi = Serving<typeof desktopRequestSchemas>
