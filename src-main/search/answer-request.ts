import { AppError, serializeError } from '../contract/errors.ts'
import type { SearchRequest, SearchResponse, SearchResults } from '../contract/search-protocol.ts'
import type { StudySearch } from './study-search.ts'

/** Carries out one request; whatever is thrown becomes an answer that says so. */
export function answerRequest(search: StudySearch, request: SearchRequest): SearchResponse {
  const { type, id } = request
  try {
    // `perform` gives the result of the request's own type, which the compiler cannot see.
    return { type, id, ok: true, value: perform(search, request) } as SearchResponse
  } catch (error) {
    return { type, id, ok: false, error: serializeError(error) }
  }
}

function perform(search: StudySearch, request: SearchRequest): SearchResults[keyof SearchResults] {
  switch (request.type) {
    case 'open':
      search.open(request.specification, request.history, request.earlier)
      return null
    case 'propose':
      return search.propose(request.trialNumber)
    case 'started':
      search.started(request.trialNumber, request.parameters, request)
      return null
    case 'judge':
      return search.judge(request.trialNumber, request.step, request.value, request.further)
    case 'finished':
      search.finished(request.trialNumber, request.state, request.values, request.constraints, {
        gradient: request.gradient,
        outOfMemory: request.outOfMemory,
      })
      return null
    default:
      throw new AppError('protocol.invalid', {
        from: 'main',
        field: 'type',
        value: String((request as { type: unknown }).type),
        rule: 'must be open, propose, started, judge or finished',
      })
  }
}
