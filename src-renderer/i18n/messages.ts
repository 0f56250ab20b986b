import type { en } from './en.ts'

/** The same keys with any text. */
export type Texts<Tree> = {
  readonly [Key in keyof Tree]: Tree[Key] extends string ? string : Texts<Tree[Key]>
}

export type Messages = Texts<typeof en>
