/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What differs between kernels 5.10 and current. Kbuild looks into the headers
 * and defines HAVE_x; version numbers are not asked, because stable trees bring
 * interfaces back.
 */
#ifndef _AFBUS_COMPAT_H
#define _AFBUS_COMPAT_H

#include <linux/cred.h>
#include <linux/mm.h>
#include <linux/security.h>
#include <net/scm.h>

#ifdef HAVE_SOCKADDR_UNSIZED
#define bus_sockaddr	struct sockaddr_unsized
#else
#define bus_sockaddr	struct sockaddr
#endif

#ifndef HAVE_VM_FLAGS_CLEAR
static inline void vm_flags_clear(struct vm_area_struct *vma, unsigned long f)
{
	vma->vm_flags &= ~f;
}

static inline void vm_flags_set(struct vm_area_struct *vma, unsigned long f)
{
	vma->vm_flags |= f;
}
#endif

/* Of shmem_file_setup(). */
#ifdef HAVE_SHMEM_VMA_FLAGS
#define BUS_NORESERVE	mk_vma_flags(VMA_NORESERVE_BIT)
#else
#define BUS_NORESERVE	VM_NORESERVE
#endif

#ifndef __uninitialized
#define __uninitialized
#endif

/* What the security modules call a task; its text is made when asked for. */
#ifdef HAVE_LSM_PROP
struct bus_label {
	struct lsm_prop	prop;
};

static inline void bus_label_current(struct bus_label *label)
{
	security_current_getlsmprop_subj(&label->prop);
}
#else
struct bus_label {
	u32		secid;
};

static inline void bus_label_current(struct bus_label *label)
{
#ifdef HAVE_CURRENT_SECID
	security_current_getsecid_subj(&label->secid);
#else
	security_task_getsecid(current, &label->secid);
#endif
}
#endif

#ifdef HAVE_LSM_CONTEXT
struct bus_context {
	struct lsm_context lsm;
};

#define bus_context_text(c)	((c)->lsm.context)
#define bus_context_len(c)	((c)->lsm.len)

static inline int bus_context_get(struct bus_label *label, struct bus_context *c)
{
#ifdef HAVE_LSMPROP_LSMID
	int len = security_lsmprop_to_secctx(&label->prop, &c->lsm, LSM_ID_UNDEF);
#else
	int len = security_lsmprop_to_secctx(&label->prop, &c->lsm);
#endif

	return len < 0 ? len : 0;
}

static inline void bus_context_put(struct bus_context *c)
{
	security_release_secctx(&c->lsm);
}
#else
struct bus_context {
	char		*text;
	u32		len;
};

#define bus_context_text(c)	((c)->text)
#define bus_context_len(c)	((c)->len)

static inline int bus_context_get(struct bus_label *label, struct bus_context *c)
{
#ifdef HAVE_LSM_PROP
	return security_lsmprop_to_secctx(&label->prop, &c->text, &c->len);
#else
	return security_secid_to_secctx(label->secid, &c->text, &c->len);
#endif
}

static inline void bus_context_put(struct bus_context *c)
{
	security_release_secctx(c->text, c->len);
}
#endif

/* A list of descriptors in flight, as scm_detach_fds() and scm_destroy() want it. */
static inline void bus_scm_init(struct scm_fp_list *fpl)
{
	fpl->max = SCM_MAX_FD;
#ifdef HAVE_SCM_VERTICES
	INIT_LIST_HEAD(&fpl->vertices);
#endif
}

#endif /* _AFBUS_COMPAT_H */
