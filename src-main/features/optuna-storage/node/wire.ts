import { fileURLToPath } from 'node:url'
import protobuf from 'protobufjs'

const schema = new URL('storage-service.proto', import.meta.url)
const root = new protobuf.Root().loadSync(fileURLToPath(schema))

export type Whole = number | { toNumber(): number }
interface Entry<Key, Value> {
  readonly key: Key
  readonly value: Value
}
export type TextEntry = Entry<string, string>

interface WireStudy {
  readonly studyId: number
  readonly studyName: string
  readonly directions: readonly number[]
  readonly userAttributes: readonly TextEntry[]
  readonly systemAttributes: readonly TextEntry[]
}

export interface WireTrial {
  readonly trialId: number
  readonly number: number
  readonly state: number
  readonly values: readonly number[]
  readonly datetimeStart: string
  readonly datetimeComplete: string
  readonly params: readonly Entry<string, number>[]
  readonly distributions: readonly TextEntry[]
  readonly userAttributes: readonly TextEntry[]
  readonly systemAttributes: readonly TextEntry[]
  readonly intermediateValues: readonly Entry<Whole, number>[]
}

interface Messages {
  Nothing: object
  OfStudy: { readonly studyId: Whole }
  OfTrial: { readonly trialId: Whole }
  Named: { readonly studyName: string }
  CreateNewStudyRequest: { readonly directions: readonly number[]; readonly studyName: string }
  Attribute: { readonly id: Whole; readonly key: string; readonly value: string }
  Directions: { readonly directions: readonly number[] }
  Attributes: { readonly attributes: readonly TextEntry[] }
  Studies: { readonly studies: readonly WireStudy[] }
  CreateNewTrialRequest: {
    readonly studyId: Whole
    readonly templateTrial: WireTrial | null
    readonly templateTrialIsNone: boolean
  }
  SetTrialParameterRequest: {
    readonly trialId: Whole
    readonly paramName: string
    readonly paramValueInternal: number
    readonly distribution: string
  }
  Numbered: { readonly studyId: Whole; readonly trialNumber: Whole }
  SetTrialStateValuesRequest: {
    readonly trialId: Whole
    readonly state: number
    readonly values: readonly number[]
  }
  Updated: { readonly trialUpdated: boolean }
  Report: { readonly trialId: Whole; readonly step: Whole; readonly intermediateValue: number }
  OneTrial: { readonly trial: WireTrial }
  GetTrialsRequest: {
    readonly studyId: Whole
    readonly includedTrialIds: readonly Whole[]
    readonly trialIdGreaterThan: Whole
  }
  Trials: { readonly trials: readonly WireTrial[] }
}

/** Method to the types of its request and its reply. */
export const methods = {
  CreateNewStudy: ['CreateNewStudyRequest', 'OfStudy'],
  DeleteStudy: ['OfStudy', 'Nothing'],
  SetStudyUserAttribute: ['Attribute', 'Nothing'],
  SetStudySystemAttribute: ['Attribute', 'Nothing'],
  GetStudyIdFromName: ['Named', 'OfStudy'],
  GetStudyNameFromId: ['OfStudy', 'Named'],
  GetStudyDirections: ['OfStudy', 'Directions'],
  GetStudyUserAttributes: ['OfStudy', 'Attributes'],
  GetStudySystemAttributes: ['OfStudy', 'Attributes'],
  GetAllStudies: ['Nothing', 'Studies'],
  CreateNewTrial: ['CreateNewTrialRequest', 'OfTrial'],
  SetTrialParameter: ['SetTrialParameterRequest', 'Nothing'],
  GetTrialIdFromStudyIdTrialNumber: ['Numbered', 'OfTrial'],
  SetTrialStateValues: ['SetTrialStateValuesRequest', 'Updated'],
  SetTrialIntermediateValue: ['Report', 'Nothing'],
  SetTrialUserAttribute: ['Attribute', 'Nothing'],
  SetTrialSystemAttribute: ['Attribute', 'Nothing'],
  GetTrial: ['OfTrial', 'OneTrial'],
  GetTrials: ['GetTrialsRequest', 'Trials'],
} as const satisfies Record<string, readonly [keyof Messages, keyof Messages]>

export type MethodName = keyof typeof methods
export type RequestOf<Name extends MethodName> = Messages[(typeof methods)[Name][0]]
export type ReplyOf<Name extends MethodName> = Messages[(typeof methods)[Name][1]]

/** Coders of a message by its name here. */
export function coderOf(name: keyof Messages): {
  readonly decode: (bytes: Buffer) => object
  readonly encode: (message: object) => Buffer
} {
  const type = root.lookupType(`optuna.${name}`)
  return {
    decode: bytes => type.decode(bytes),
    encode: message => Buffer.from(type.encode(message).finish()),
  }
}

/** A 64-bit number of the wire; ids and steps never come near the limits of a double. */
export function wholeOf(value: Whole): number {
  return typeof value === 'number' ? value : value.toNumber()
}
