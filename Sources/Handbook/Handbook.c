// The pages are compiled in with #embed: no resource bundle has to be found at run time, a page that changes is rebuilt
// like any header, and it takes milliseconds where SwiftPM's `.embedInCode`, an array literal in Swift, takes a quarter
// of a minute at each change.
#pragma clang diagnostic ignored "-Wc23-extensions"
#include "CHandbook.h"

static const unsigned char first_steps[] = {
#embed "first-steps.md"
};
static const unsigned char configuration[] = {
#embed "configuration.md"
};
static const unsigned char triggers[] = {
#embed "triggers.md"
};
static const unsigned char templates[] = {
#embed "templates.md"
};
static const unsigned char conditions[] = {
#embed "conditions.md"
};
static const unsigned char segments[] = {
#embed "segments.md"
};
static const unsigned char channels[] = {
#embed "channels.md"
};
static const unsigned char consent_and_unsubscribe[] = {
#embed "consent-and-unsubscribe.md"
};
static const unsigned char quiet_hours_caps_holdout[] = {
#embed "quiet-hours-caps-holdout.md"
};
static const unsigned char connect_a_shop[] = {
#embed "connect-a-shop.md"
};
static const unsigned char tracking_api[] = {
#embed "tracking-api.md"
};
static const unsigned char imports[] = {
#embed "imports.md"
};
static const unsigned char commands[] = {
#embed "commands.md"
};
static const unsigned char operating[] = {
#embed "operating.md"
};
static const unsigned char when_something_stands_still[] = {
#embed "when-something-stands-still.md"
};
static const unsigned char backup_and_restore[] = {
#embed "backup-and-restore.md"
};
static const unsigned char privacy[] = {
#embed "privacy.md"
};
static const unsigned char postgresql[] = {
#embed "postgresql.md"
};
static const unsigned char security[] = {
#embed "security.md"
};
static const unsigned char figures[] = {
#embed "figures.md"
};
static const unsigned char changes[] = {
#embed "changes.md"
};

#define PAGE(name, bytes) {name, bytes, sizeof bytes}

static const struct handbook_page pages[] = {
  PAGE("first-steps", first_steps),
  PAGE("configuration", configuration),
  PAGE("triggers", triggers),
  PAGE("templates", templates),
  PAGE("conditions", conditions),
  PAGE("segments", segments),
  PAGE("channels", channels),
  PAGE("consent-and-unsubscribe", consent_and_unsubscribe),
  PAGE("quiet-hours-caps-holdout", quiet_hours_caps_holdout),
  PAGE("connect-a-shop", connect_a_shop),
  PAGE("tracking-api", tracking_api),
  PAGE("imports", imports),
  PAGE("commands", commands),
  PAGE("operating", operating),
  PAGE("when-something-stands-still", when_something_stands_still),
  PAGE("backup-and-restore", backup_and_restore),
  PAGE("privacy", privacy),
  PAGE("postgresql", postgresql),
  PAGE("security", security),
  PAGE("figures", figures),
  PAGE("changes", changes),
};

const struct handbook_page *handbook_pages(void) { return pages; }
size_t handbook_page_count(void) { return sizeof pages / sizeof pages[0]; }
