import { gql } from '@apollo/client'
import { forwardRef, useImperativeHandle, useRef, useState } from 'react'

import { WarningDialog, type WarningDialogRef } from '~/components/WarningDialog'
import { addToast } from '~/core/apolloClient'
import { type DodoIntegrationDetailsFragment, useDeleteDodoIntegrationMutation } from '~/generated/graphql'
import { useInternationalization } from '~/hooks/core/useInternationalization'

gql`
  mutation deleteDodoIntegration($input: DestroyPaymentProviderInput!) {
    destroyPaymentProvider(input: $input) {
      id
    }
  }
`

type DodoToDelete = {
  provider: Pick<DodoIntegrationDetailsFragment, 'id' | 'name'>
  onDeleted?: () => void
}

export interface DeleteDodoIntegrationDialogRef {
  openDialog: (data: DodoToDelete) => void
}

export const DeleteDodoIntegrationDialog = forwardRef<DeleteDodoIntegrationDialogRef>((_, ref) => {
  const { translate } = useInternationalization()
  const warningRef = useRef<WarningDialogRef>(null)
  const [target, setTarget] = useState<DodoToDelete>()
  const [deleteDodo] = useDeleteDodoIntegrationMutation({
    // The list is short: reading it again is simpler than mending the cache.
    refetchQueries: ['getDodoIntegrationsList'],
  })

  useImperativeHandle(ref, () => ({
    openDialog: data => {
      setTarget(data)
      warningRef.current?.openDialog()
    },
  }))

  const confirm = async () => {
    if (!target) return

    const { data } = await deleteDodo({ variables: { input: { id: target.provider.id } } })

    if (!data?.destroyPaymentProvider) return

    warningRef.current?.closeDialog()
    addToast({ severity: 'success', translateKey: 'text_dodo_deleted' })
    target.onDeleted?.()
  }

  return (
    <WarningDialog
      ref={warningRef}
      title={translate('text_dodo_delete_title', { name: target?.provider.name })}
      description={translate('text_dodo_delete_description')}
      confirmText={translate('text_dodo_delete_confirm')}
      onConfirm={confirm}
    />
  )
})

DeleteDodoIntegrationDialog.displayName = 'DeleteDodoIntegrationDialog'
