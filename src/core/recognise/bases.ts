import type { ModelRecord } from '../model.ts';
import type { AdapterNeeds, Finding } from './finding.ts';
import { localName } from './paths.ts';
import type { BaseChoice } from './types.ts';

/** Names of one model are written with and without a publisher, a suffix, and in other cases. */
function plain(name: string): string {
  return localName(name.replace(/\/+$/, ''))
    .toLowerCase()
    .replace(/\.(gguf|safetensors)$/, '')
    .replace(/[^a-z0-9]+/g, '');
}

interface Candidate {
  readonly choice: BaseChoice;
  readonly nameFits: boolean;
}

/** On what an adapter can be put, best first: what is named as its base, then what is in the same drop, then what is known. */
export function basesOf(
  adapter: Finding,
  findings: readonly Finding[],
  known: readonly ModelRecord[],
): readonly BaseChoice[] {
  const needs = adapter.needs ?? {};
  const named = needs.baseName === undefined ? undefined : plain(needs.baseName);
  const fits = (name: string): boolean => named !== undefined && named !== '' && plain(name) === named;
  const here = findings
    .filter((other) => isBase(other, needs))
    .map(({ found }): Candidate => ({
      choice: { kind: 'found', id: found.id, label: found.title },
      nameFits: fits(found.title),
    }));
  const there = known
    .filter((model) => isKnownBase(model, needs))
    .map((model) => ({ model, nameFits: fits(model.label) || fits(model.fileName) }))
    .filter(({ model, nameFits }) => nameFits || needs.architecture !== undefined || !isToy(model))
    .map(({ model: { sha256, label }, nameFits }): Candidate => ({
      choice: { kind: 'model', sha256, label },
      nameFits,
    }));
  const all = [...here, ...there];
  return [...all.filter(({ nameFits }) => nameFits), ...all.filter(({ nameFits }) => !nameFits)].map(
    ({ choice }) => choice,
  );
}

function isBase({ found, shapes, ggufArchitecture }: Finding, needs: AdapterNeeds): boolean {
  if (found.kind !== 'gguf' && found.kind !== 'hugging-face') return false;
  if (found.missing.length > 0) return false;
  const architecture = ggufArchitecture ?? found.architecture;
  if (needs.architecture !== undefined && needs.architecture !== architecture) return false;
  if (needs.shapes === undefined || shapes === undefined) return true;
  return [...needs.shapes].every(([name, shape]) => shapes.get(name)?.join() === shape.join());
}

/** Of an adapter that does not say what it is for, a bundled model is the base only where it is named. */
function isToy({ location }: ModelRecord): boolean {
  return location === 'bundled';
}

/** A judge is no base that anybody trains adapters for. */
function isKnownBase({ kind, base, suggested, architecture }: ModelRecord, needs: AdapterNeeds): boolean {
  if (kind !== 'gguf' || base !== undefined || suggested === 'judge') return false;
  return needs.architecture === undefined || needs.architecture === architecture;
}
