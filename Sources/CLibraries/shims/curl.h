// libcurl: mail and HTTP out. Its setopt and getinfo are variadic, which Swift cannot call:
// one function per argument type, no policy here.
#pragma once
#pragma clang module import SwiftGlibc  // otherwise this module, not Glibc, would own shared headers
#include <curl/curl.h>

static inline CURLcode ccurl_set_long(CURL *_Nonnull h, CURLoption o, long v) { return curl_easy_setopt(h, o, v); }
static inline CURLcode ccurl_set_offset(CURL *_Nonnull h, CURLoption o, curl_off_t v) { return curl_easy_setopt(h, o, v); }
static inline CURLcode ccurl_set_string(CURL *_Nonnull h, CURLoption o, const char *_Nullable v) { return curl_easy_setopt(h, o, v); }
static inline CURLcode ccurl_set_pointer(CURL *_Nonnull h, CURLoption o, const void *_Nullable v) { return curl_easy_setopt(h, o, v); }
static inline CURLcode ccurl_set_list(CURL *_Nonnull h, CURLoption o, struct curl_slist *_Nullable v) { return curl_easy_setopt(h, o, v); }
typedef size_t (*_Nonnull ccurl_data_callback)(char *_Nullable data, size_t size, size_t count, void *_Nullable context);
static inline CURLcode ccurl_set_data_callback(CURL *_Nonnull h, CURLoption o, ccurl_data_callback f) { return curl_easy_setopt(h, o, f); }
typedef curl_socket_t (*_Nonnull ccurl_open_socket_callback)(void *_Nullable context, curlsocktype purpose, struct curl_sockaddr *_Nonnull address);
static inline CURLcode ccurl_set_open_socket(CURL *_Nonnull h, ccurl_open_socket_callback f) { return curl_easy_setopt(h, CURLOPT_OPENSOCKETFUNCTION, f); }
typedef int (*_Nonnull ccurl_debug_callback)(CURL *_Nonnull h, curl_infotype type, char *_Nullable data, size_t size, void *_Nullable context);
static inline CURLcode ccurl_set_debug(CURL *_Nonnull h, ccurl_debug_callback f) { return curl_easy_setopt(h, CURLOPT_DEBUGFUNCTION, f); }
static inline CURLcode ccurl_get_long(CURL *_Nonnull h, CURLINFO i, long *_Nonnull v) { return curl_easy_getinfo(h, i, v); }
static inline CURLcode ccurl_get_offset(CURL *_Nonnull h, CURLINFO i, curl_off_t *_Nonnull v) { return curl_easy_getinfo(h, i, v); }
static inline CURLcode ccurl_get_string(CURL *_Nonnull h, CURLINFO i, char *_Nullable *_Nonnull v) { return curl_easy_getinfo(h, i, v); }
static inline CURLcode ccurl_get_pointer(CURL *_Nonnull h, CURLINFO i, void *_Nullable *_Nonnull v) { return curl_easy_getinfo(h, i, v); }
static inline CURLMcode ccurl_multi_set_long(CURLM *_Nonnull m, CURLMoption o, long v) { return curl_multi_setopt(m, o, v); }
typedef int (*_Nonnull ccurl_seek_callback)(void *_Nullable context, curl_off_t offset, int origin);
static inline CURLcode ccurl_set_seek(CURL *_Nonnull h, ccurl_seek_callback f) { return curl_easy_setopt(h, CURLOPT_SEEKFUNCTION, f); }
typedef int (*_Nonnull ccurl_prereq_callback)(void *_Nullable context, char *_Nullable remote_ip, char *_Nullable local_ip, int remote_port, int local_port);
static inline CURLcode ccurl_set_prereq(CURL *_Nonnull h, ccurl_prereq_callback f) { return curl_easy_setopt(h, CURLOPT_PREREQFUNCTION, f); }
static inline CURLcode ccurl_get_socket(CURL *_Nonnull h, curl_socket_t *_Nonnull v) { return curl_easy_getinfo(h, CURLINFO_ACTIVESOCKET, v); }
