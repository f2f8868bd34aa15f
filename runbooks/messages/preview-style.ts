/** How the preview page looks: one calm column, mail beside phone where there is room. */
export const PREVIEW_STYLE = `
:root {
  color-scheme: light dark;
  --paper: #f6f5f1; --card: #ffffff; --line: #e1dfd6; --ink: #22262b; --soft: #63696f; --accent: #24524a;
  --warn: #8a4b08; --warn-paper: #fdf3e3; --bad: #9b1c1c; --bad-paper: #fdecec; --bubble: #e6efec;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #16191b; --card: #1f2427; --line: #343b3f; --ink: #e8e6e1; --soft: #a2a9ad; --accent: #8fc7ba;
    --warn: #f0c27a; --warn-paper: #33291a; --bad: #f5a3a3; --bad-paper: #3a1f1f; --bubble: #2b3a37;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; background: var(--paper); color: var(--ink);
  font: 16px/1.6 system-ui, -apple-system, "Segoe UI", "Hiragino Sans", "Noto Sans CJK JP", Meiryo, sans-serif;
}
main { max-width: 1080px; margin: 0 auto; padding: 40px 20px 80px; overflow-wrap: anywhere; }
h1 { margin: 0 0 8px; font-size: 28px; font-weight: 600; line-height: 1.25; }
h1 em { font-style: normal; color: var(--accent); }
h2 { margin: 0; font-size: 20px; font-weight: 600; }
h3 { margin: 0; font-size: 17px; font-weight: 600; }
header p, .group > p, .when, .facts { color: var(--soft); margin: 4px 0 0; }
.group { margin-top: 56px; }
article { margin-top: 28px; padding-top: 24px; border-top: 1px solid var(--line); }
.pair { display: grid; gap: 20px; margin-top: 16px; grid-template-columns: minmax(0, 1fr); align-items: start; }
@media (min-width: 860px) { .pair { grid-template-columns: minmax(0, 1fr) 320px; } }
.mail, .sms { background: var(--card); border: 1px solid var(--line); border-radius: 12px; }
.mail dl {
  margin: 0; padding: 14px 18px; display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: 2px 14px;
  border-bottom: 1px solid var(--line);
}
dt { color: var(--soft); }
dd { margin: 0; }
.subject { font-weight: 600; }
iframe { display: block; width: 100%; height: 420px; border: 0; background: #ffffff; color-scheme: light; }
.facts { font-size: 14px; padding: 10px 18px 12px; margin: 0; }
.mail .facts { border-top: 1px solid var(--line); }
.sms .from { margin: 0; padding: 14px 18px 0; font-size: 14px; color: var(--soft); text-align: center; }
.bubble { margin: 10px 18px 4px; padding: 12px 16px; background: var(--bubble); border-radius: 18px 18px 18px 4px; }
.unsent { color: var(--warn); }
.remarks, .faults { border-radius: 10px; }
.remarks { margin: 12px 0 0; padding: 10px 16px 10px 34px; background: var(--warn-paper); color: var(--warn); }
.faults { margin-top: 28px; padding: 16px 20px; background: var(--bad-paper); color: var(--bad); }
.faults ul { margin: 8px 0 0; padding-left: 20px; }
`;
