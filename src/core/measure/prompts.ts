import type { Message, Prompt } from '../engine.ts';

function replacedText(text: string, from: string, to: string): string {
  const at = text.lastIndexOf(from);
  return at < 0 ? text : text.slice(0, at) + to + text.slice(at + from.length);
}

/** A prompt with the last `from` in its last message, or in its raw text, made `to`: wrappers of the question stay around it. */
export function replacedIn(prompt: Prompt, from: string, to: string): Prompt {
  if (prompt.kind === 'raw') return { kind: 'raw', text: replacedText(prompt.text, from, to) };
  const last = prompt.messages.length - 1;
  const messages = prompt.messages.map((message, at): Message =>
    at === last ? { ...message, content: replacedText(message.content, from, to) } : message,
  );
  return { ...prompt, messages };
}

/** With a text of its own after everything that the user says. */
export function withMore(prompt: Prompt, more: string): Prompt {
  if (prompt.kind === 'raw') return { kind: 'raw', text: `${prompt.text}\n\n${more}` };
  const last = prompt.messages.length - 1;
  const messages = prompt.messages.map((message, at): Message =>
    at === last ? { ...message, content: `${message.content}\n\n${more}` } : message,
  );
  return { ...prompt, messages };
}

/**
 * With the fixed start of an answer. A space at its end goes to what follows, as tokens have it; a raw text gets one space before it,
 * where it does not end with space itself.
 */
export function withStart(prompt: Prompt, start: string): Prompt {
  const words = start.replace(/(?<! ) +$/, '');
  if (prompt.kind === 'raw') {
    const space = prompt.text === '' || /\s$/.test(prompt.text) ? '' : ' ';
    return { kind: 'raw', text: prompt.text + space + words };
  }
  return { ...prompt, prefill: (prompt.prefill ?? '') + words };
}

/**
 * A continuation as it follows a prompt: after words, a space comes before a word. At the beginning of a chat's answer, after space, and before
 * punctuation it stands as it is.
 */
export function joined(prompt: Prompt, text: string): string {
  const before = prompt.kind === 'raw' ? prompt.text : (prompt.prefill ?? '');
  const asItIs = before === '' || /\s$/.test(before) || /^[\s.,;:!?)\]]/.test(text);
  return asItIs ? text : ` ${text}`;
}
