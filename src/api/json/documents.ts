import type { ErrorDocument } from './answers.js'
import type { AcceptedDocument, DiffDocument } from './diff-document.js'
import type { DriftDocument } from './drift.js'
import type { EventsDocument } from './events.js'
import type { ExplanationDocument } from './explanation.js'
import type { HealthDocument } from './health.js'
import type { HistoryDocument, RevisionDocument, RolledBackDocument } from './revisions.js'
import type { ScaledDocument } from './scale.js'
import type { StatusDocument } from './status.js'
import type { UpgradeDocument } from './upgrade.js'
import type { RequestedDocument } from './verbs.js'

/** Everything the JSON interface can answer. */
export type JsonDocument =
  | StatusDocument
  | DiffDocument
  | AcceptedDocument
  | DriftDocument
  | RequestedDocument
  | ScaledDocument
  | EventsDocument
  | ExplanationDocument
  | HealthDocument
  | HistoryDocument
  | RevisionDocument
  | RolledBackDocument
  | UpgradeDocument
  | ErrorDocument
