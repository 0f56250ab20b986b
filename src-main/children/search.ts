import {
  type SearchRequest,
  type SearchResponse,
  searchProtocolVersion,
} from '../contract/search-protocol.ts'
import { answerRequest } from '../search/answer-request.ts'
import { StudySearch } from '../search/study-search.ts'

/**
 * Entry of the search process: one study, requests answered in the order in which they arrive.
 * Started with an IPC channel and `serialization: 'advanced'` (values may be NaN or ±∞); ends
 * when the channel closes, so it never outlives main.
 */
const search = new StudySearch()

process.on('message', (request: SearchRequest) => send(answerRequest(search, request)))
process.on('disconnect', () => process.exit(0))
// Ctrl-C reaches the whole process group; main decides when the search ends.
process.on('SIGINT', () => {})

send({ type: 'ready', protocol: searchProtocolVersion, pid: process.pid })

function send(response: SearchResponse): void {
  process.send?.(response)
}
