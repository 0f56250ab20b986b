import type { z } from 'zod'
import { type AnswersOf, call, type Serving } from '../../../core/processes/call.ts'
import type { Scope } from '../../access/common/access.ts'

/** Who may call a method. */
export interface MethodAccess<Needed extends Scope | null = Scope | null> {
  /** The scope that a program needs. Null: for people alone – what grants trust or access, opens files and endpoints, or throws data away. */
  readonly scope: Needed
  /** Of a method for people alone: it changes nothing here, so that it is answered while another process writes the database. */
  readonly changesNothing?: boolean
}

/** A method of the API: what it answers, the fields of its request, and who may call it. A feature lists its own in `common/methods.ts`. */
export function method<Answer, Shape extends z.core.$ZodLooseShape, Needed extends Scope | null>(
  answer: (value?: Answer) => unknown,
  request: Shape,
  access: MethodAccess<Needed>,
) {
  return { request: call(answer, request), ...access }
}

/** Methods by name, as a feature defines them. */
type Methods = Readonly<
  Record<string, MethodAccess & { readonly request: ReturnType<typeof call> }>
>

/** The request schemas of methods by name. */
export type RequestSchemas<Defined extends Methods> = {
  readonly [Name in keyof Defined]: Defined[Name]['request']
}

export type AnswersTo<Defined extends Methods> = AnswersOf<RequestSchemas<Defined>>

/** The implementation of methods: a feature's are in `node/methods.ts`. */
export type Handlers<Defined extends Methods> = Serving<RequestSchemas<Defined>>
