import { z } from 'zod'
import type { PlainError } from '../errors/errors.ts'

/** The type of an answer, which exists for the compiler alone: `answer<StudyDetail>`. */
export function answer<Value>(value?: Value): Value | undefined {
  return value
}

interface Answered<Answer> {
  readonly answer?: { readonly of: Answer }
}

/** A method of a face: what it answers, and the fields of its request. */
export function call<Answer, Shape extends z.core.$ZodLooseShape>(
  _answer: (value?: Answer) => unknown,
  request: Shape,
): z.ZodObject<Shape, z.core.$strict> & Answered<Answer> {
  return z.strictObject(request)
}

/** Methods by name. */
export type Calls = Readonly<Record<string, z.ZodType & Answered<unknown>>>

export type AnswersOf<Methods extends Calls> = {
  readonly [Name in keyof Methods]: NonNullable<Methods[Name]['answer']>['of']
}

/** An answer to each of them. */
export type Serving<Methods extends Calls> = {
  readonly [Name in keyof Methods]: (
    request: z.output<Methods[Name]>,
  ) => Promise<AnswersOf<Methods>[Name]>
}

/** The answer to a call; a bug on the other side is an `internal` error, never silence. */
export type Envelope<Value> =
  { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly error: PlainError }
