import { status } from '@grpc/grpc-js'
import { msg } from '../../../core/errors/message.ts'
import { optunaTrialStates } from '../../../core/storage/optuna-storage.ts'
import type { LiveStudy } from './live-study.ts'
import type { Attributes, LiveTrial, ConnectedClient } from './live-trial.ts'
import type { OptunaMemory, TrialTemplate } from './memory.ts'
import { Refusal } from './refusal.ts'
import {
  type MethodName,
  type ReplyOf,
  type RequestOf,
  type TextEntry,
  type Whole,
  wholeOf,
  type WireTrial,
} from './wire.ts'

export type Service = {
  readonly [Name in MethodName]: (
    request: RequestOf<Name>,
    client: ConnectedClient | null,
  ) => ReplyOf<Name>
}

const done = {}

/** The methods of `optuna.StorageService`. @throws Refusal */
export function serviceOf(memory: OptunaMemory): Service {
  const studyOf = (request: RequestOf<'DeleteStudy'>): LiveStudy =>
    memory.study(wholeOf(request.studyId))
  const trialOf = (request: RequestOf<'GetTrial'>): LiveTrial =>
    memory.trial(wholeOf(request.trialId))
  const setStudyAttribute =
    (kind: 'user' | 'system') =>
    (
      { id, key, value }: RequestOf<'SetStudyUserAttribute'>,
      client: ConnectedClient | null,
    ): object => {
      memory.setStudyAttribute(memory.study(wholeOf(id)), { kind, key, value }, client)
      return done
    }
  const setTrialAttribute =
    (kind: 'user' | 'system') =>
    (
      { id, key, value }: RequestOf<'SetTrialUserAttribute'>,
      client: ConnectedClient | null,
    ): object => {
      memory.setAttribute(memory.trial(wholeOf(id)), { kind, key, value }, client)
      return done
    }
  return {
    CreateNewStudy: ({ studyName, directions }) => {
      const named = directions.map(direction => (direction === 1 ? 'maximize' : 'minimize'))
      return { studyId: memory.createStudy(studyName, named).id }
    },
    DeleteStudy: request => {
      memory.deleteStudy(studyOf(request))
      return done
    },
    SetStudyUserAttribute: setStudyAttribute('user'),
    SetStudySystemAttribute: setStudyAttribute('system'),
    GetStudyIdFromName: ({ studyName }) => ({ studyId: memory.studyNamed(studyName).id }),
    GetStudyNameFromId: request => ({ studyName: studyOf(request).name }),
    GetStudyDirections: request => ({ directions: directionsOf(studyOf(request)) }),
    GetStudyUserAttributes: request => ({ attributes: entries(studyOf(request).attributes.user) }),
    GetStudySystemAttributes: request => ({
      attributes: entries(studyOf(request).attributes.system),
    }),
    GetAllStudies: () => ({
      studies: memory.all().map(study => ({
        studyId: study.id,
        studyName: study.name,
        directions: directionsOf(study),
        userAttributes: entries(study.attributes.user),
        systemAttributes: entries(study.attributes.system),
      })),
    }),
    CreateNewTrial: ({ studyId, templateTrial, templateTrialIsNone }, client) => {
      const template =
        templateTrialIsNone || templateTrial === null ? null : readTemplate(templateTrial)
      return { trialId: memory.createTrial(memory.study(wholeOf(studyId)), template, client).id }
    },
    SetTrialParameter: (request, client) => {
      const { paramName: name, paramValueInternal: value, distribution } = request
      memory.setParameter(trialOf(request), { name, value, distribution }, client)
      return done
    },
    GetTrialIdFromStudyIdTrialNumber: request => ({
      trialId: memory.trialOf(studyOf(request), wholeOf(request.trialNumber)).id,
    }),
    SetTrialStateValues: (request, client) => {
      const state = stateOf(request.state)
      const { values } = request
      return { trialUpdated: memory.setState(trialOf(request), state, [...values], client) }
    },
    SetTrialIntermediateValue: (request, client) => {
      memory.report(trialOf(request), stepOf(request.step), request.intermediateValue, client)
      return done
    },
    SetTrialUserAttribute: setTrialAttribute('user'),
    SetTrialSystemAttribute: setTrialAttribute('system'),
    GetTrial: request => ({ trial: writeTrial(trialOf(request)) }),
    GetTrials: ({ studyId, includedTrialIds, trialIdGreaterThan }) => {
      const included = new Set(includedTrialIds.map(wholeOf))
      const after = wholeOf(trialIdGreaterThan)
      const { trials } = memory.study(wholeOf(studyId))
      return {
        trials: trials.filter(({ id }) => id > after || included.has(id)).map(writeTrial),
      }
    },
  }
}

function directionsOf({ directions }: LiveStudy): number[] {
  return directions.map(direction => (direction === 'maximize' ? 1 : 0))
}

function entries(attributes: Attributes): TextEntry[] {
  return Object.entries(attributes).map(([key, value]) => ({ key, value }))
}

function stateOf(state: number): (typeof optunaTrialStates)[number] {
  const trialState = optunaTrialStates[state]
  if (trialState !== undefined) return trialState
  const reason = msg('optuna.badField', { field: 'state', value: String(state) })
  throw new Refusal(status.INVALID_ARGUMENT, reason)
}

function writeTrial(trial: LiveTrial): WireTrial {
  return {
    trialId: trial.id,
    number: trial.number,
    state: optunaTrialStates.indexOf(trial.state),
    values: trial.measured,
    datetimeStart: trial.started,
    datetimeComplete: trial.completed,
    params: trial.parameters.map(({ name, value }) => ({ key: name, value })),
    distributions: trial.parameters.map(({ name, distribution }) => ({
      key: name,
      value: distribution,
    })),
    userAttributes: entries(trial.userAttributes),
    systemAttributes: entries(trial.systemAttributes),
    intermediateValues: Array.from(trial.reports, ([key, value]) => ({ key, value })),
  }
}

function readTemplate(trial: WireTrial): TrialTemplate {
  const distributions = new Map(trial.distributions.map(({ key, value }) => [key, value]))
  return {
    head: {
      state: stateOf(trial.state),
      started: trial.datetimeStart,
      completed: trial.datetimeComplete,
      values: [...trial.values],
    },
    parameters: trial.params.flatMap(({ key: name, value }) => {
      const distribution = distributions.get(name)
      return distribution === undefined ? [] : [{ name, value, distribution }]
    }),
    entries: [
      ...trial.userAttributes.map(({ key, value }) => ({ kind: 'user', key, value }) as const),
      ...trial.systemAttributes.map(({ key, value }) => ({ kind: 'system', key, value }) as const),
    ],
    reports: trial.intermediateValues.map(({ key, value }) => ({ step: stepOf(key), value })),
  }
}

/** Of a report: larger ones have no exact number here, and would fail with what others send at the time. @throws Refusal */
function stepOf(value: Whole): number {
  const step = wholeOf(value)
  if (Number.isSafeInteger(step)) return step
  const reason = msg('optuna.badField', { field: 'step', value: step })
  throw new Refusal(status.INVALID_ARGUMENT, reason)
}
