// One template: its picture, what it is, what it gives, and what it takes.

import type { Template } from "../../src-main/common/studio/document.ts";
import { text } from "../text/text.ts";

const words = text.templates;

interface TemplateCardProps {
  readonly template: Template;
  readonly onOpen: () => void;
}

export function TemplateCard({ template, onOpen }: TemplateCardProps) {
  const { name, description, gives, needs, memory, time, picture } = template;
  const facts = [
    [words.gives, gives],
    [words.toGet, needs.map(({ names, bytes }) => `${names.join(words.or)} (${text.files.size(bytes)})`).join("; ")],
    [words.memory, memory],
    [words.time, time],
  ].filter(([, value]) => value !== "");
  return (
    <button type="button" className="rs-template" onClick={onOpen}>
      {picture === null ? null : <img src={picture} alt="" />}
      <strong>{name}</strong>
      <span>{description}</span>
      <span className="rs-template-facts">
        {facts.map(([label, value]) => (
          <small key={label}>
            <span className="rs-muted">{label}: </span>
            {value}
          </small>
        ))}
      </span>
      <small className={needs.length === 0 ? "rs-tone-success" : "rs-muted"}>
        {needs.length === 0 ? words.ready : words.needsModels(needs.length)}
      </small>
    </button>
  );
}
