import { z } from 'zod'
import { languages } from '../../../core/i18n/language.ts'
import type { MessageDescriptor } from '../../../core/errors/message.ts'
import type { StudySpecification } from '../../../core/study/study-specification.ts'
import { visibleNameSchema } from '../../../core/values/visible-name.ts'

/** When a notification channel hears of a study: a new best trial, its end, that it failed, that nothing goes on in it. */
export const notificationEvents = ['best', 'end', 'failure', 'stuck'] as const
export type NotificationEvent = (typeof notificationEvents)[number]

/** Kinds of notification channels that post to an address. `json` is for programs: everything that is known, as it is. */
export const postKinds = ['json', 'ntfy', 'slack', 'feishu', 'dingtalk'] as const
export type PostKind = (typeof postKinds)[number]

const MAX_ADDRESS_LENGTH = 2_000

const post = z.strictObject({
  kind: z.enum(postKinds),
  /** Whoever knows it can post there, so it is shown to nobody. */
  url: z.url({ protocol: /^https?$/ }).max(MAX_ADDRESS_LENGTH),
  /** `ntfy`: the access token. `feishu`, `dingtalk`: the key of the signature. `json`: the key of `tunewright-signature`. */
  secret: z.string().min(1).max(500).optional(),
})
const mail = z.strictObject({
  kind: z.literal('mail'),
  /** The first character keeps it from being an option of sendmail. */
  address: z
    .string()
    .max(254)
    .regex(/^[^-\s\p{C}<>,;:"][^\s\p{C}<>,;:"]*@[^\s\p{C}<>,;:"@]+$/u),
})
const command = z.strictObject({
  kind: z.literal('command'),
  /** Program and arguments, without a shell. */
  command: z.array(z.string().max(4_000)).min(1).max(100),
})

/** Where news go that a page may set: it cannot make a command. */
export const pageTargetSchema = z.union([post, mail])
export const channelTargetSchema = z.union([post, mail, command])
export type ChannelTarget = z.output<typeof channelTargetSchema>

const occasionsSchema = z
  .array(z.enum(notificationEvents))
  .min(1)
  .max(notificationEvents.length)
  .refine(occasionList => new Set(occasionList).size === occasionList.length)

/** The rest of a notification channel: when it is told, of which study, and how it speaks. */
export const channelSettingsShape = {
  name: visibleNameSchema,
  occasions: occasionsSchema,
  /** Name of a study; absent: of all. */
  study: z.string().min(1).max(200).optional(),
  language: z.enum(languages),
}
const channelSchema = z.strictObject({ ...channelSettingsShape, target: channelTargetSchema })
export type NotificationChannel = z.output<typeof channelSchema>

export const notificationsFileSchema = z.strictObject({
  version: z.literal(2),
  channels: z.array(channelSchema).max(100),
})

/** A notification channel as it is shown: of an address only where it is, of a command only the program. */
export interface ListedChannel {
  readonly name: string
  readonly kind: ChannelTarget['kind']
  readonly destination: string
  readonly occasions: readonly NotificationEvent[]
  readonly study: string | null
}

/** Something happened that a notification channel may want to hear. */
export interface StudyNotification {
  readonly occasion: NotificationEvent | 'test'
  readonly study: {
    readonly id: number
    readonly name: string
    /** Says what its metrics are called; null for a test. */
    readonly objective: StudySpecification['objective'] | null
  }
  readonly atMs: number
  /** The best trial, if there is one. */
  readonly best: {
    readonly trial: number
    readonly metric: string
    readonly value: number
  } | null
  /** Why the study ended, failed or waits. */
  readonly reason: MessageDescriptor | null
}
